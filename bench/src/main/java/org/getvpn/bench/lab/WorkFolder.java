// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for the files of a comparison, readable by its owner alone; gone when it ends. */
public final class WorkFolder implements AutoCloseable {
    private final Path path = Files.createTempDirectory("getvpn-bench");
    private final Thread cleaner = new Thread(this::deleteQuietly);

    /** Makes it; an interrupted run deletes it too. */
    public WorkFolder() throws IOException {
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        delete();
        Runtime.getRuntime().removeShutdownHook(cleaner);
    }

    private void deleteQuietly() {
        try {
            delete();
        } catch (IOException | UncheckedIOException e) {
            System.err.println("still there: " + path + ": " + e.getMessage());
        }
    }

    private void delete() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(path)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
