// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.getvpn.ks.api.ObjectReader;

/** Fields that name files. Whether a file is there is seen when it is opened. */
final class PathField {
    private PathField() {}

    /** A path; absence is a problem. */
    static Optional<Path> read(ObjectReader reader, String field, String example) {
        return reader.text(field, example).flatMap(text -> path(reader, field, text, example));
    }

    /** A path or nothing. */
    static Optional<Path> optional(ObjectReader reader, String field, String example) {
        return reader.optionalText(field, example)
                .flatMap(text -> path(reader, field, text, example));
    }

    /**
     * Paths.
     *
     * @param fallback null to make the field mandatory
     */
    static List<Path> list(
            ObjectReader reader, String field, String example, List<String> fallback) {
        List<Path> paths = new ArrayList<>();
        for (String text : reader.texts(field, example, fallback)) {
            path(reader, field, text, example).ifPresent(paths::add);
        }
        return paths;
    }

    private static Optional<Path> path(
            ObjectReader reader, String field, String text, String example) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            reader.problem(field, "is no path: " + e.getReason() + "; for example " + example);
            return Optional.empty();
        }
    }
}
