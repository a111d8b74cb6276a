// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.policy;

/**
 * Which addresses of the inner packet an ESP tunnel carries in its outer header (RFC 6407, section
 * 5.5.1.1.1; RFC 5374, section 3.1). In the order of the registered numbers 1 to 4.
 */
public enum AddressPreservation {
    /** neither: the tunnel's own end points */
    NONE,
    /** the source */
    SOURCE,
    /** the destination */
    DESTINATION,
    /** both; the default */
    BOTH
}
