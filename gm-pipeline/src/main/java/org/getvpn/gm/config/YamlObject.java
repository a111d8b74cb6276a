// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.getvpn.gm.config.InvalidConfiguration.Problem;

/**
 * One mapping of the file. Collects what is wrong instead of stopping at the first mistake; a field
 * that nobody asked for is reported with the nearest known name.
 */
final class YamlObject {
    private final String path;
    private final JsonNode node;
    private final List<Problem> problems;
    private final TreeSet<String> known = new TreeSet<>();

    YamlObject(String path, JsonNode node, List<Problem> problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
        if (!node.isObject()) {
            String where = path.isEmpty() ? "(file)" : path;
            problems.add(new Problem(where, shown(node), "must be a list of \"key: value\" lines"));
        }
    }

    /** The value as written, or empty with a problem reported. */
    Optional<String> text(String field, String example) {
        if (!has(field)) {
            problems.add(new Problem(path(field), "missing", "add " + field + ": " + example));
            return Optional.empty();
        }
        return optionalText(field, example);
    }

    /** The value as written, or empty. */
    Optional<String> optionalText(String field, String example) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isTextual() && !value.isIntegralNumber() || value.asText().isBlank()) {
            problem(field, "must be one value, like " + field + ": " + example);
            return Optional.empty();
        }
        return Optional.of(value.asText());
    }

    /**
     * A list of texts, or empty with a problem reported; a single value stands for a list of one.
     */
    List<String> texts(String field, String example, List<String> fallback) {
        if (!has(field)) {
            if (fallback.isEmpty()) {
                problems.add(
                        new Problem(
                                path(field), "missing", "add " + field + ": [" + example + "]"));
            }
            return fallback;
        }
        JsonNode value = node.get(field);
        List<String> texts = new ArrayList<>();
        Iterable<JsonNode> items = value.isArray() ? value : List.of(value);
        for (JsonNode item : items) {
            if (item.isValueNode() && !item.isNull()) {
                texts.add(item.asText());
            }
        }
        if (texts.isEmpty() || value.isArray() && texts.size() != value.size()) {
            problem(field, "must be a list, like " + field + ": [" + example + "]");
            return List.of();
        }
        return texts;
    }

    /** A number with at most three decimals, in thousandths. */
    long thousandths(String field, double least, double most, double fallback) {
        if (!has(field)) {
            return Math.round(fallback * 1000);
        }
        JsonNode value = node.get(field);
        if (!value.isNumber() || value.asDouble() < least || value.asDouble() > most) {
            problem(
                    field,
                    String.format(Locale.ROOT, "must be a number from %s to %s", least, most));
            return Math.round(fallback * 1000);
        }
        return Math.round(value.asDouble() * 1000);
    }

    /** A whole number. */
    int number(String field, int least, int most, int fallback) {
        if (!has(field)) {
            return fallback;
        }
        JsonNode value = node.get(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            problem(field, "must be a whole number from " + least + " to " + most);
            return fallback;
        }
        return value.intValue();
    }

    /** True or false. */
    boolean flag(String field, boolean fallback) {
        if (!has(field)) {
            return fallback;
        }
        JsonNode value = node.get(field);
        if (!value.isBoolean()) {
            problem(field, "must be true or false");
            return fallback;
        }
        return value.booleanValue();
    }

    /**
     * One of several words.
     *
     * @param words what each choice is called in the file
     */
    <T> T choice(String field, List<T> choices, Function<T, String> words, T fallback) {
        if (!has(field)) {
            return fallback;
        }
        String text = node.get(field).asText();
        for (T choice : choices) {
            if (words.apply(choice).equals(text)) {
                return choice;
            }
        }
        List<String> all = choices.stream().map(words).toList();
        int last = all.size() - 1;
        problem(
                field,
                "must be " + String.join(", ", all.subList(0, last)) + " or " + all.get(last));
        return fallback;
    }

    /** A nested mapping, or empty where the field is absent. */
    Optional<YamlObject> object(String field) {
        return has(field)
                ? Optional.of(new YamlObject(path(field), node.get(field), problems))
                : Optional.empty();
    }

    /**
     * A list of mappings, of at most {@code most}; empty where the field is absent.
     *
     * @param example one of them as an operator writes it
     */
    List<YamlObject> objects(String field, int most, String example) {
        if (!has(field)) {
            return List.of();
        }
        JsonNode value = node.get(field);
        if (!value.isArray() || value.size() > most) {
            problem(
                    field,
                    "must be a list of at most "
                            + most
                            + ", like "
                            + field
                            + ": ["
                            + example
                            + "]");
            return List.of();
        }
        List<YamlObject> objects = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            objects.add(new YamlObject(path(field) + "[" + i + "]", value.get(i), problems));
        }
        return objects;
    }

    /** Reports a problem of the field's value. */
    void problem(String field, String remedy) {
        problems.add(new Problem(path(field), shown(node.path(field)), remedy));
    }

    /** Reports that something belongs there. */
    void missing(String field, String remedy) {
        known.add(field);
        problems.add(new Problem(path(field), "missing", remedy));
    }

    /** Reports every field that nobody asked for. */
    void finish() {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                problem(
                        name,
                        "no such key; did you mean \""
                                + nearest(name)
                                + "\"? Known here: "
                                + String.join(", ", known));
            }
        }
    }

    /** Whether the field is there at all. */
    boolean has(String field) {
        known.add(field);
        return node.hasNonNull(field);
    }

    private String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private String nearest(String name) {
        return known.stream().min(Comparator.comparingInt(k -> distance(name, k))).orElse("");
    }

    /** Levenshtein's distance, without regard to case. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String shown(JsonNode value) {
        String text = value.isValueNode() ? value.asText() : value.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
