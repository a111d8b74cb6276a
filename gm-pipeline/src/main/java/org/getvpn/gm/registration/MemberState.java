// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

/** What a group member is doing. Without valid keys nothing protected passes. */
public enum MemberState {
    /** no valid key; an attempt at a key server is under way */
    REGISTERING,
    /** no valid key; every key server was tried, the next round waits */
    WAITING,
    /** valid keys */
    REGISTERED,
    /** valid keys, and an attempt at a key server is under way or waits */
    REREGISTERING
}
