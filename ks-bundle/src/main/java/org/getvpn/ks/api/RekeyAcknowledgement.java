// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether members acknowledge rekeys, and how (KEK_ACK_REQUESTED, RFC 8263, section 3.1). */
public enum RekeyAcknowledgement {
    /** not at all: for members that refuse a KEK with an attribute they do not know */
    NONE(0),
    /** REKEY_ACK_KEK_SHA256 */
    SHA256(1),
    /** REKEY_ACK_KEK_SHA512 */
    SHA512(3);

    private final int type;

    RekeyAcknowledgement(int type) {
        this.type = type;
    }

    /** The attribute's value; 0 means that the attribute is not sent. */
    public int type() {
        return type;
    }

    /** The same with the key of a member's leaf, in a group with a key tree. */
    public int leafType() {
        return this == NONE ? 0 : type + 1;
    }

    /** The name in a configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that name in a configuration. */
    public static Optional<RekeyAcknowledgement> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    /** Every name, for an error message. */
    public static String names() {
        return Arrays.stream(values())
                .map(RekeyAcknowledgement::text)
                .collect(Collectors.joining(", "));
    }
}
