// SPDX-License-Identifier: Apache-2.0
/** Shell commands of scope {@code getvpn}; {@code -j} prints the JSON of the REST resources. */
package org.getvpn.app.cli;
