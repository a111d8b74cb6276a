// SPDX-License-Identifier: Apache-2.0
/** The ONOS application: configuration, switch policy, commands and REST. */
package org.getvpn.app;
