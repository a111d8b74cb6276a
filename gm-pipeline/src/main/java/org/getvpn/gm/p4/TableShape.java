// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * What p4info says of a table. A key is a number of {@value #MOST_KEY_BITS} bits, in which the
 * fields stand in their order from the first bit on; what they do not need is zero.
 *
 * @param id as annotated in the program
 * @param name without the control's, for example {@code outbound_policy}
 * @param fields of the key in order, together {@value #MOST_KEY_BITS} bits at most
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
    /** Longest key, in bits: two IPv6 addresses and what else a policy looks at. */
    public static final int MOST_KEY_BITS = 320;

    private static final int MOST_FIELD_BITS = 128;

    /**
     * A field of the key.
     *
     * @param id unique in the table
     * @param width in bits, 1 to 128
     * @param bit number of bits of the key before this field
     */
    public record Field(int id, String name, int width, MatchKind kind, int bit) {
        /** The greatest value. */
        public BigInteger greatest() {
            return BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
        }

        /** A key that has this value in this field and zero elsewhere. */
        public BigInteger key(BigInteger value) {
            return value.shiftLeft(MOST_KEY_BITS - bit - width);
        }

        /** The field's value in a key. */
        public BigInteger of(BigInteger key) {
            return key.shiftRight(MOST_KEY_BITS - bit - width).and(greatest());
        }
    }

    /**
     * @throws IllegalArgumentException if the key or a field is too long
     */
    public TableShape {
        fields = List.copyOf(fields);
        actions = List.copyOf(actions);
        int bits = 0;
        for (Field field : fields) {
            if (field.bit() != bits || field.width() < 1 || field.width() > MOST_FIELD_BITS) {
                throw new IllegalArgumentException(name + "." + field.name() + ": misplaced");
            }
            bits += field.width();
        }
        if (bits > MOST_KEY_BITS) {
            throw new IllegalArgumentException(
                    name + ": a key of " + bits + " bits, " + MOST_KEY_BITS + " at most");
        }
    }

    /** Words of 64 bits that the key takes, but two at least. */
    int words() {
        int bits = fields.stream().mapToInt(Field::width).sum();
        return Math.max(2, (bits + Long.SIZE - 1) / Long.SIZE);
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
