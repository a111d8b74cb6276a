// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Has the kernel look at an interface's receive queues every {@link #NANOS} while frames come, in
 * place of once for each interrupt, which over veth is once for each frame (Linux,
 * Documentation/networking/napi.rst, "Software IRQ coalescing"). The first frame after a pause is
 * seen at once. Ends with {@link #close}; a process that is killed leaves it behind, which does no
 * harm beyond the delay, and its successor ends it.
 */
final class InterruptDeferral implements AutoCloseable {
    /**
     * Between two looks, in nanoseconds: at 1 Gbit/s some 13 full frames. A veth pair holds 256
     * between two looks and drops what is more, so that twice the time made a fast gateway slower;
     * one look takes 64.
     */
    static final long NANOS = 150_000;

    /** Looks without a frame until the next one interrupts again. */
    static final int EMPTY_LOOKS = 2;

    private static final String INTERFACES = "class/net";
    private static final String NOT_SET = "0";
    private static final List<Map.Entry<String, Long>> WANTED =
            List.of(
                    Map.entry("napi_defer_hard_irqs", (long) EMPTY_LOOKS),
                    Map.entry("gro_flush_timeout", NANOS));

    private final Path directory;
    private final List<String> changed = new ArrayList<>();
    private Runnable afterwards = () -> {};

    /**
     * Begins it, by /sys, or, where that shows another network namespace or is read-only, by a
     * sysfs of our own.
     *
     * @param libc stays the caller's
     * @param index the kernel's number of the interface
     * @throws IOException if neither can be had, or the kernel is older than 5.11
     */
    static InterruptDeferral begin(Libc libc, PacketIo of, int index) throws IOException {
        Path inSysfs = Path.of(INTERFACES, of.name());
        try {
            return new InterruptDeferral(Path.of("/sys").resolve(inSysfs), index, of.macAddress());
        } catch (IOException notByThatOne) {
            return byOwnSysfs(libc, inSysfs, index, of.macAddress());
        }
    }

    private static InterruptDeferral byOwnSysfs(Libc libc, Path inSysfs, int index, long mac)
            throws IOException {
        int mount = libc.mountSysfs();
        try {
            Path root = Path.of("/proc/self/fd", Integer.toString(mount));
            InterruptDeferral deferral = new InterruptDeferral(root.resolve(inSysfs), index, mac);
            deferral.afterwards = () -> libc.close(mount);
            return deferral;
        } catch (IOException e) {
            libc.close(mount);
            throw e;
        }
    }

    /**
     * Begins it.
     *
     * @param directory of the interface
     * @param index the kernel's number of the interface that is meant
     * @param mac its address
     */
    InterruptDeferral(Path directory, int index, long mac) throws IOException {
        this.directory = directory;
        if (!read("ifindex").equals(Integer.toString(index))
                || !read("address").equals(text(mac))) {
            throw new IOException(directory + " is another network namespace's");
        }
        try {
            for (Map.Entry<String, Long> file : WANTED) {
                String name = file.getKey();
                String ours = file.getValue().toString();
                String found = read(name);
                // our own value is one that was left behind; with another one, whoever runs this
                // machine knows better
                if (found.equals(NOT_SET) || found.equals(ours)) {
                    write(name, ours);
                    changed.add(name);
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    private void write(String file, String value) throws IOException {
        Files.writeString(directory.resolve(file), value);
    }

    /** As /sys writes it. */
    private static String text(long mac) {
        byte[] octets = ByteBuffer.allocate(Long.BYTES).putLong(mac).array();
        return HexFormat.ofDelimiter(":").formatHex(octets, 2, Long.BYTES);
    }

    /** Ends it: what was there before holds again. */
    @Override
    public void close() {
        for (String file : changed) {
            try {
                write(file, NOT_SET);
            } catch (IOException gone) {
                continue; // with the interface
            }
        }
        changed.clear();
        afterwards.run();
        afterwards = () -> {};
    }
}
