// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/** Whether an operator may name what is too weak today: SHA-1, 3DES, MODP below 2048 bits. */
public enum LegacyAlgorithms {
    /** they cannot be named */
    REFUSED,
    /** they can, for peers that cannot be updated; each use is a warning */
    ALLOWED
}
