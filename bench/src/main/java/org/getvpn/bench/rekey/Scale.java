// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

/**
 * How large the groups are, and how long they take.
 *
 * @param many members of the large group
 * @param few members of the small one, which multicast rekeys are compared with
 * @param activationSeconds from a rekey until members send with its key
 * @param deactivationSeconds from a rekey until the old key is gone
 * @param warmUp rekeys of each kind before one is measured: Java compiles what it runs often
 * @param rounds rekeys by multicast that are measured
 */
record Scale(
        int many, int few, int activationSeconds, int deactivationSeconds, int warmUp, int rounds) {
    /** What is published: some minutes. */
    static final Scale FULL = new Scale(10_000, 10, 6, 8, 2, 3);

    /** To see that everything runs. */
    static final Scale QUICK = new Scale(50, 10, 1, 3, 0, 1);
}
