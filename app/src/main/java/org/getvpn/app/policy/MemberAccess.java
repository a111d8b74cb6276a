// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

/** Whether a site's member may take part in its group. */
public enum MemberAccess {
    /** what the policy permits passes its port */
    ADMITTED,
    /** an operator put it out: nothing passes its port, and no ESP of the group reaches it */
    EVICTED
}
