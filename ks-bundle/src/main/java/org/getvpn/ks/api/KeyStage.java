// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

/**
 * One key from birth to death, the same stages on key server, member and switch. An SPI is received
 * before anybody sends with it, and deleted last.
 */
public enum KeyStage {
    /** generated, stored, being announced to the edges */
    ANNOUNCED,
    /** rekey sent; members install it for reception */
    RECEIVABLE,
    /** the leading edge: members send with it */
    SENDABLE,
    /** the trailing edge: received, no longer sent with */
    RETIRING,
    /** destroyed */
    GONE
}
