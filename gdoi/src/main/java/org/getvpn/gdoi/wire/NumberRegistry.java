// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of one registry that have a name here. It stays open: any other number has a value
 * too, so that it can be logged, skipped and written back.
 */
final class NumberRegistry<T extends RegisteredNumber> {
    /** Makes a value of the registry. */
    interface Maker<T> {
        T make(int number, String name);
    }

    private final Map<Integer, T> known = new TreeMap<>();
    private final Maker<T> maker;

    NumberRegistry(Maker<T> maker) {
        this.maker = maker;
    }

    /** Names a number; while the registry's class is initialised, and never after. */
    T named(int number, String name) {
        T value = maker.make(number, name);
        known.put(number, value);
        return value;
    }

    T of(int number) {
        T value = known.get(number);
        return value == null ? maker.make(number, "unknown") : value;
    }

    Map<Integer, T> known() {
        return Map.copyOf(known);
    }
}
