// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Has the kernel look at an interface's receive queues every {@link #NANOS} while frames come, in
 * place of once for each interrupt, which over veth is once for each frame (Linux,
 * Documentation/networking/napi.rst, "Software IRQ coalescing"). The first frame after a pause is
 * seen at once. Ends with {@link #close}; a process that is killed leaves it behind, which does no
 * harm beyond the delay.
 */
final class InterruptDeferral implements AutoCloseable {
    /**
     * Between two looks, in nanoseconds: at 1 Gbit/s some 17 full frames. A veth pair holds 256
     * between two looks, one look takes 64.
     */
    static final long NANOS = 200_000;

    /** Looks without a frame until the next one interrupts again. */
    static final int EMPTY_LOOKS = 2;

    private static final String INTERFACES = "class/net";
    private static final Map<String, String> WANTED = wanted();

    private final Path directory;
    private final Map<String, String> before = new LinkedHashMap<>();
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
            for (Map.Entry<String, String> file : WANTED.entrySet()) {
                String value = read(file.getKey());
                if (value.equals("0")) { // else whoever runs this machine knows better
                    Files.writeString(directory.resolve(file.getKey()), file.getValue());
                    before.put(file.getKey(), value);
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static Map<String, String> wanted() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("napi_defer_hard_irqs", Integer.toString(EMPTY_LOOKS));
        files.put("gro_flush_timeout", Long.toString(NANOS));
        return files;
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    /** As /sys writes it. */
    private static String text(long mac) {
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format("%02x", mac >>> shift & 0xff));
            text.append(shift > 0 ? ":" : "");
        }
        return text.toString();
    }

    /** Ends it: what was there before holds again. */
    @Override
    public void close() {
        for (Map.Entry<String, String> file : before.entrySet()) {
            try {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
            } catch (IOException gone) {
                continue; // with the interface
            }
        }
        before.clear();
        afterwards.run();
        afterwards = () -> {};
    }
}
