// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.util.List;

/** The middle of some values. */
public final class Median {
    private Median() {}

    /** Of an even number the mean of the middle two; at least one value. */
    public static double of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
