// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

/** What a member's packet is, as the program tells them apart. */
enum Emitted {
    /** ESP without IP options, not a later fragment */
    ESP,
    /** UDP port 848 on either side */
    GDOI,
    /** anything else, clear text above all */
    OTHER
}
