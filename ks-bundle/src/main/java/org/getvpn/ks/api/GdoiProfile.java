// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** By which document a group's members register. */
public enum GdoiProfile {
    /** RFC 6407 */
    RFC6407("rfc6407"),
    /** RFC 3547: member and key server prove that they hold the keys of their certificates */
    RFC3547("rfc3547");

    private final String text;

    GdoiProfile(String text) {
        this.text = text;
    }

    /** The name in a configuration. */
    public String text() {
        return text;
    }

    /** The one of that name in a configuration. */
    public static Optional<GdoiProfile> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }

    /** Every name, for an error message. */
    public static String names() {
        return Arrays.stream(values()).map(GdoiProfile::text).collect(Collectors.joining(", "));
    }
}
