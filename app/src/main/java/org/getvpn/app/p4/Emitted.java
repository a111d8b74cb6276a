// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

/** What a member's packet is, as the program tells them apart. */
enum Emitted {
    /** ESP without IP options, not a later fragment */
    ESP,
    /** to UDP port 848, or UDP without ports in reach as a later fragment of it is */
    GDOI,
    /** anything else, clear text above all */
    OTHER
}
