// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.getvpn.ks.api.GroupStore;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * Records in one file, {@code ks.mv.db}, of the state directory (folder 0700, file 0600). A write
 * is committed and forced to the disk before the call returns; after a crash the file opens at the
 * last complete commit.
 *
 * <p>One thread touches the file: an interrupt in the middle of a read or write would close it, and
 * nobody knows whose threads call here.
 */
public final class MvGroupStore implements GroupStore {
    private static final String FILE = "ks.mv.db";
    private static final int CACHE_MIB = 4;
    private static final int PAGE_OCTETS = 2048; // a commit writes a page of each level anew
    private static final int RETENTION_MILLIS = 1000;
    private static final int FILL_PERCENT = 50;
    private static final int COMPACT_OCTETS = 4 << 20;

    private final Path file;
    private final MVStore store;
    private final MVMap<String, byte[]> records;
    private final CopyOnWriteArrayList<Watch> watches = new CopyOnWriteArrayList<>();
    private final ExecutorService thread;

    private MvGroupStore(Path file, MVStore store, ExecutorService thread) {
        this.file = file;
        this.store = store;
        this.thread = thread;
        this.records = store.openMap("records");
    }

    /**
     * Opens the store of a folder, and makes both if need be.
     *
     * @throws StoreUnavailable if another process has it open, or the folder cannot be used
     */
    public static MvGroupStore open(Path folder) {
        ExecutorService thread = newThread();
        try {
            return on(thread, () -> open(folder, folder.resolve(FILE), thread));
        } catch (StoreUnavailable e) {
            thread.shutdown();
            throw e;
        }
    }

    private static MvGroupStore open(Path folder, Path file, ExecutorService thread) {
        try {
            makePrivate(folder, file);
            MVStore store =
                    new MVStore.Builder()
                            .fileName(file.toString())
                            .autoCommitDisabled()
                            .cacheSize(CACHE_MIB)
                            .pageSplitSize(PAGE_OCTETS)
                            .open();
            // every commit is forced to the disk, so that none before it is needed to recover
            store.setRetentionTime(RETENTION_MILLIS);
            // commits leave half-empty chunks; without a background thread nobody else packs them
            store.compact(FILL_PERCENT, COMPACT_OCTETS);
            return new MvGroupStore(file, store, thread);
        } catch (IOException e) {
            throw new StoreUnavailable("cannot use the state directory " + folder + ": " + e, e);
        } catch (MVStoreException e) {
            throw new StoreUnavailable(
                    "cannot open "
                            + file
                            + ": "
                            + e.getMessage()
                            + "; does another key server use the same stateDirectory?",
                    e);
        }
    }

    /** A store without a file, for trials: it ends with this object. */
    public static MvGroupStore inMemory() {
        return new MvGroupStore(Path.of("memory"), new MVStore.Builder().open(), newThread());
    }

    private static ExecutorService newThread() {
        return Executors.newSingleThreadExecutor(
                work -> {
                    Thread writer = new Thread(work, "getvpn-store");
                    writer.setDaemon(true);
                    return writer;
                });
    }

    /** Runs work on the store's thread; an interrupt of the caller does not end the wait. */
    private static <T> T on(ExecutorService thread, Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreUnavailable) {
                throw (StoreUnavailable) e.getCause();
            }
            throw new StoreUnavailable("the store failed: " + e.getCause(), e.getCause());
        } catch (RejectedExecutionException e) {
            throw new StoreUnavailable("the store is closed", e);
        }
    }

    private static void makePrivate(Path folder, Path file) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException expected) {
            // opened again
        }
    }

    @Override
    public Optional<Versioned> get(String name) {
        return on(thread, () -> read(name));
    }

    @Override
    public Map<String, Versioned> list(String prefix) {
        return on(
                thread,
                () -> {
                    Map<String, Versioned> found = new TreeMap<>();
                    for (Iterator<String> names = records.keyIterator(prefix); names.hasNext(); ) {
                        String name = names.next();
                        if (!name.startsWith(prefix)) {
                            break;
                        }
                        read(name).ifPresent(record -> found.put(name, record));
                    }
                    return found;
                });
    }

    @Override
    public boolean compareAndSet(String name, long expected, byte[] octets) {
        long version = expected + 1;
        byte[] value =
                ByteBuffer.allocate(Long.BYTES + octets.length)
                        .putLong(version)
                        .put(octets)
                        .array();
        boolean written =
                on(
                        thread,
                        () -> version(name) == expected && store(() -> records.put(name, value)));
        if (written) {
            tell(name, Optional.of(new Versioned(version, octets)));
        }
        return written;
    }

    @Override
    public boolean remove(String name, long expected) {
        boolean removed =
                on(
                        thread,
                        () ->
                                expected != 0
                                        && version(name) == expected
                                        && store(() -> records.remove(name)));
        if (removed) {
            tell(name, Optional.empty());
        }
        return removed;
    }

    @Override
    public AutoCloseable watch(String prefix, Watcher watcher) {
        Watch watch = new Watch(prefix, watcher);
        watches.add(watch);
        return () -> watches.remove(watch);
    }

    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        on(
                thread,
                () -> {
                    store.close();
                    return null;
                });
        thread.shutdown();
    }

    private Optional<Versioned> read(String name) {
        return Optional.ofNullable(records.get(name)).map(MvGroupStore::versioned);
    }

    private boolean store(Runnable change) {
        try {
            change.run();
            store.commit();
            store.sync();
            return true;
        } catch (MVStoreException e) {
            if (!store.isClosed()) {
                store.rollback(); // what is not on the disk must not be read either
            }
            throw new StoreUnavailable("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private long version(String name) {
        return read(name).map(Versioned::version).orElse(0L);
    }

    private void tell(String name, Optional<Versioned> value) {
        for (Watch watch : watches) {
            if (name.startsWith(watch.prefix)) {
                watch.watcher.changed(name, value);
            }
        }
    }

    private static Versioned versioned(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        long version = buffer.getLong();
        byte[] octets = new byte[buffer.remaining()];
        buffer.get(octets);
        return new Versioned(version, octets);
    }

    private static final class Watch {
        private final String prefix;
        private final Watcher watcher;

        Watch(String prefix, Watcher watcher) {
            this.prefix = prefix;
            this.watcher = watcher;
        }
    }
}
