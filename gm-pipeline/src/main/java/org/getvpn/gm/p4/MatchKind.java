// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/** How a field of a table's key is compared (P4Runtime 1.4, section 9.1.1). */
public enum MatchKind {
    /** every bit must be equal */
    EXACT,
    /** the leading bits must be equal; the longest prefix wins */
    LPM,
    /** the bits under a mask must be equal; the highest priority wins */
    TERNARY
}
