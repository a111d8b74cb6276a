// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.getvpn.ks.api.InvalidConfiguration.Problem;

/**
 * Reads the fields of one configuration object and collects what is wrong instead of stopping at
 * the first mistake. Every field that is asked for is known; {@link #finish()} reports the others
 * with the nearest known name.
 */
public final class ObjectReader {
    private final String path;
    private final JsonNode node;
    private final List<Problem> problems;
    private final Set<String> known = new TreeSet<>();

    /**
     * @param path where the object stands, for example {@code groups[0]}; empty for the root
     * @param node the object; anything else is a problem of its own
     * @param problems collects; shared by all readers of one configuration
     */
    public ObjectReader(String path, JsonNode node, List<Problem> problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
        if (!node.isObject()) {
            problems.add(
                    new Problem(
                            path.isEmpty() ? "/" : path,
                            shown(node),
                            "must be an object with fields, like {\"name\": \"blue\"}"));
        }
    }

    /** The full path of a field of this object. */
    public String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** Whether the field is there at all (null counts as absent). */
    public boolean has(String field) {
        known.add(field);
        return node.hasNonNull(field);
    }

    /** Names fields that somebody else reads. */
    public void leaveToOthers(String... fields) {
        known.addAll(Arrays.asList(fields));
    }

    /** Reports a problem of the field's value. */
    public void problem(String field, String remedy) {
        problems.add(new Problem(path(field), shown(node.path(field)), remedy));
    }

    /** A text; absence is a problem. */
    public Optional<String> text(String field, String example) {
        if (!has(field)) {
            missing(field, "\"" + example + "\"");
            return Optional.empty();
        }
        return optionalText(field, example);
    }

    /** A text or nothing. */
    public Optional<String> optionalText(String field, String example) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            problem(field, "must be a text, like \"" + example + "\"");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    /** A text or a whole number as text; absence is a problem. */
    public Optional<String> textOrNumber(String field, String example) {
        if (!has(field)) {
            missing(field, example);
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (value.isIntegralNumber()) {
            return Optional.of(value.asText());
        }
        return optionalText(field, example);
    }

    /**
     * A whole number of a range.
     *
     * @param fallback where the field is absent; empty makes absence a problem
     * @return empty only after a problem was reported
     */
    public OptionalLong number(String field, long least, long most, OptionalLong fallback) {
        String range = "a whole number from " + least + " to " + most;
        if (!has(field)) {
            if (fallback.isEmpty()) {
                missing(field, Long.toString(least) + " (" + range + ")");
            }
            return fallback;
        }
        JsonNode value = node.get(field);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < least
                || value.longValue() > most) {
            problem(field, "must be " + range);
            return OptionalLong.empty();
        }
        return OptionalLong.of(value.longValue());
    }

    /** True or false. */
    public boolean flag(String field, boolean fallback) {
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
     * A list of texts; absence is a problem unless {@code fallback} is given.
     *
     * @param fallback null to make the field mandatory
     */
    public List<String> texts(String field, String example, List<String> fallback) {
        if (!has(field)) {
            if (fallback == null) {
                missing(field, "[\"" + example + "\"]");
                return List.of();
            }
            return fallback;
        }
        List<String> texts = new ArrayList<>();
        int index = 0;
        for (JsonNode item : elements(field, "[\"" + example + "\"]")) {
            if (item.isTextual()) {
                texts.add(item.textValue());
            } else {
                problems.add(
                        new Problem(
                                path(field) + "[" + index + "]",
                                shown(item),
                                "must be a text, like \"" + example + "\""));
            }
            index++;
        }
        return texts;
    }

    /** A list of objects; absence is a problem. */
    public List<ObjectReader> objects(String field, String example) {
        if (!has(field)) {
            missing(field, "[" + example + "]");
            return List.of();
        }
        List<ObjectReader> objects = new ArrayList<>();
        int index = 0;
        for (JsonNode item : elements(field, "[" + example + "]")) {
            objects.add(new ObjectReader(path(field) + "[" + index++ + "]", item, problems));
        }
        return objects;
    }

    /** A nested object, or empty if the field is absent. */
    public Optional<ObjectReader> object(String field) {
        return has(field)
                ? Optional.of(new ObjectReader(path(field), node.get(field), problems))
                : Optional.empty();
    }

    /** Reports that a mandatory field is missing. */
    public void missing(String field, String example) {
        known.add(field);
        problems.add(new Problem(path(field), "missing", "add it, for example " + example));
    }

    /** Reports every field that nobody asked for. */
    public void finish() {
        if (!node.isObject()) {
            return;
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                problem(
                        name,
                        "no such field; did you mean \""
                                + nearest(name)
                                + "\"? Known here: "
                                + String.join(", ", known));
            }
        }
    }

    private Iterable<JsonNode> elements(String field, String example) {
        JsonNode value = node.get(field);
        if (!value.isArray() || value.isEmpty()) {
            problem(field, "must be a list with at least one entry, like " + example);
            return List.of();
        }
        return value;
    }

    private String nearest(String name) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(name.toLowerCase(), candidate.toLowerCase());
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int cost = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + change);
                diagonal = row[j];
                row[j] = cost;
            }
        }
        return row[other.length()];
    }

    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "missing" : value.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
