// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

/** What a member does while its group receives only, on the way from clear text to encryption. */
public enum MemberMode {
    /** As the group does: sends in clear, receives both. */
    ACTIVE,

    /** Goes ahead: sends with keys that the others only receive with; receives both. */
    PASSIVE
}
