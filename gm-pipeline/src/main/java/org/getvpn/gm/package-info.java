// SPDX-License-Identifier: Apache-2.0
/** The group member on a host: registration, rekey, SA database, ESP and packet I/O. */
package org.getvpn.gm;
