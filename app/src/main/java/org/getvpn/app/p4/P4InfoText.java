// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.p4;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A block of protobuf's text format, as far as a compiler's p4info uses it. */
final class P4InfoText {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:#[^\n]*\\s*)*([{}:]|\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s{}:\"#]+)");

    private final Map<String, List<Object>> fields = new LinkedHashMap<>();

    private P4InfoText() {}

    /**
     * Reads a whole text.
     *
     * @throws IllegalArgumentException at the first place that is no text format
     */
    static P4InfoText read(String text) {
        Matcher tokens = TOKEN.matcher(text);
        P4InfoText whole = new P4InfoText();
        whole.fill(tokens, false);
        return whole;
    }

    /** Blocks of that name, in order. */
    List<P4InfoText> blocks(String name) {
        return fields.getOrDefault(name, List.of()).stream()
                .filter(P4InfoText.class::isInstance)
                .map(P4InfoText.class::cast)
                .collect(Collectors.toList());
    }

    /** The first block of that name. */
    Optional<P4InfoText> block(String name) {
        return blocks(name).stream().findFirst();
    }

    /** Scalars of that name, as written, without quotes. */
    List<String> values(String name) {
        return fields.getOrDefault(name, List.of()).stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .collect(Collectors.toList());
    }

    /**
     * The one scalar of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    String value(String name) {
        return values(name).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("p4info: no " + name));
    }

    /** The one scalar of that name, an unsigned number. */
    long number(String name) {
        return Long.decode(value(name));
    }

    private void fill(Matcher tokens, boolean inner) {
        while (tokens.find()) {
            String name = tokens.group(1);
            if (inner && name.equals("}")) {
                return;
            }
            String next = next(tokens, name);
            Object value;
            if (next.equals("{")) {
                P4InfoText block = new P4InfoText();
                block.fill(tokens, true);
                value = block;
            } else if (next.equals(":")) {
                value = unquoted(next(tokens, name));
            } else {
                throw new IllegalArgumentException("p4info: " + next + " after " + name);
            }
            fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
        if (inner) {
            throw new IllegalArgumentException("p4info: ends inside a block");
        }
    }

    private static String next(Matcher tokens, String after) {
        if (!tokens.find()) {
            throw new IllegalArgumentException("p4info: ends after " + after);
        }
        return tokens.group(1);
    }

    private static String unquoted(String token) {
        return token.startsWith("\"") ? token.substring(1, token.length() - 1) : token;
    }
}
