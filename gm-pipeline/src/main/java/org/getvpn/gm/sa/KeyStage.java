// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/**
 * A key on this member, from birth to death. It is received before it is sent with, and deleted
 * last; {@link SaDatabase} allows no other order.
 */
public enum KeyStage {
    /** what comes under it is opened; nothing is sent with it yet */
    RECEIVABLE,
    /** sent with and received */
    SENDABLE,
    /**
     * a newer key is sent with; this one is still received, and sent with again if that one goes
     */
    RETIRING,
    /** destroyed */
    GONE
}
