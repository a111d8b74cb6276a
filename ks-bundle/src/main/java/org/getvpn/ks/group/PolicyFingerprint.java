// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import org.getvpn.ks.api.GroupPolicy;

/**
 * What of a policy a TEK is made for, as text. Where it differs, a rekey tells the members.
 * Lifetimes and delays are not in it: they hold for the keys that come.
 */
final class PolicyFingerprint {
    private PolicyFingerprint() {}

    static String of(GroupPolicy policy) {
        return policy.transform() + policy.switchOnlyExceptions() + policy.lines();
    }
}
