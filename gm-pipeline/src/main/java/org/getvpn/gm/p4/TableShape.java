// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.List;
import java.util.Optional;

/**
 * What p4info says of a table.
 *
 * @param id as annotated in the program
 * @param name without the control's, for example {@code outbound_policy}
 * @param fields of the key in order, together 128 bits at most
 * @param actions that an entry may have
 * @param defaultAction what happens to a packet that no entry matches; constant
 * @param counterId of the direct counter
 * @param size most entries
 */
public record TableShape(
        int id,
        String name,
        List<Field> fields,
        List<ActionShape> actions,
        int defaultAction,
        int counterId,
        int size) {
    private static final int KEY_BITS = 128;

    /**
     * A field of the key.
     *
     * @param id unique in the table
     * @param width in bits, 1 to 48
     * @param bit number of bits of the key before this field
     */
    public record Field(int id, String name, int width, MatchKind kind, int bit) {
        /** The greatest value. */
        public long greatest() {
            return (1L << width) - 1;
        }

        /** The part of a key's first 64 bits that a value of this field takes. */
        public long high(long value) {
            int shift = KEY_BITS - bit - width;
            if (shift >= Long.SIZE) {
                return value << shift - Long.SIZE;
            }
            return shift + width > Long.SIZE ? value >>> Long.SIZE - shift : 0;
        }

        /** The part of a key's last 64 bits that a value of this field takes. */
        public long low(long value) {
            int shift = KEY_BITS - bit - width;
            return shift < Long.SIZE ? value << shift : 0;
        }

        /** The field's value in a key. */
        public long of(long high, long low) {
            int shift = KEY_BITS - bit - width;
            long value;
            if (shift >= Long.SIZE) {
                value = high >>> shift - Long.SIZE;
            } else {
                value = low >>> shift;
                if (shift + width > Long.SIZE) {
                    value |= high << Long.SIZE - shift;
                }
            }
            return value & greatest();
        }
    }

    /**
     * @throws IllegalArgumentException if the key is longer than 128 bits
     */
    public TableShape {
        fields = List.copyOf(fields);
        actions = List.copyOf(actions);
        int bits = 0;
        for (Field field : fields) {
            if (field.bit() != bits || field.width() < 1 || field.width() > 48) {
                throw new IllegalArgumentException(name + "." + field.name() + ": misplaced");
            }
            bits += field.width();
        }
        if (bits > KEY_BITS) {
            throw new IllegalArgumentException(name + ": a key of " + bits + " bits, 128 at most");
        }
    }

    /** Whether entries have priorities. */
    public boolean hasPriorities() {
        return fields.stream().anyMatch(field -> field.kind() == MatchKind.TERNARY);
    }

    /** A field by its id. */
    public Optional<Field> field(int fieldId) {
        return fields.stream().filter(field -> field.id() == fieldId).findFirst();
    }

    /** An action by its id. */
    public Optional<ActionShape> action(int actionId) {
        return actions.stream().filter(action -> action.id() == actionId).findFirst();
    }
}
