// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

/** What a comparison that takes minutes says meanwhile, on standard output. */
public final class Progress {
    private Progress() {}

    /** One line. */
    public static void say(String line) {
        System.out.println(line);
    }
}
