// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

/** What a port is; the numbers are those of the program's enum. */
enum Role {
    LOCAL(1),
    MEMBER(2),
    WAN(3);

    private final int number;

    Role(int number) {
        this.number = number;
    }

    /** 3 bits. */
    int number() {
        return number;
    }
}
