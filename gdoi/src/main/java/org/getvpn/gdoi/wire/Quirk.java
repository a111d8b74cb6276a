// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

/** A deviation from the RFCs that is tolerated where an operator, or a test, names it. */
public enum Quirk {
    /**
     * A single KEK key packet with another SPI than the single SA KEK payload beside it. Cisco's
     * gdoid writes the old SPI there when the KEK changes.
     */
    FOREIGN_KEK_SPI
}
