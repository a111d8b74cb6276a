// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

/** What an acknowledgement with a genuine hash is worth. */
public enum AcknowledgementVerdict {
    /** The member has the keys; nothing of this rollover goes to it any more. */
    TAKEN,

    /** Said before, or of a message that is no longer the newest: it changes nothing. */
    REPEATED,

    /** Of no member of the group, or not sent from the member's own address. */
    UNKNOWN_MEMBER
}
