// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Median;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.IpsecMb;

/**
 * AES-256-GCM alone, a new IV for each packet, 64 packets in turn: our cipher seam, a loop of C
 * over the same implementation of Intel's library, and {@code openssl speed}, which neither changes
 * the IV nor reads an ICV and so flatters itself.
 *
 * <p>The first two take turns of less than a millisecond each in one thread: what disturbs a
 * processor for longer slows down both.
 */
final class CryptoComparison {
    private static final int[] LENGTHS = {64, 1408};
    private static final int ROOM = 2048;
    private static final int HEADER = 8;
    private static final int KEY_AND_SALT = 36;
    private static final int WARM_UP_TURNS = 10_000;
    private static final int TURNS = 1000;
    private static final int CALLS = 16;
    private static final double PACKETS_A_TURN = CALLS * GcmLoop.PACKETS;
    private static final double BILLION = 1e9;

    private final Path folder;
    private final int rounds;
    private final List<String> left = new ArrayList<>();
    private long iv;

    /**
     * @param folder for the C program
     * @param rounds of a thousand turns each
     */
    CryptoComparison(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    /** Facts by name. */
    Map<String, Object> run() throws IOException {
        Map<String, Object> facts = new TreeMap<>();
        AeadProvider provider = AeadChoice.AUTO.provider();
        facts.put("crypto", provider.name());
        if (provider instanceof IpsecMb library) {
            try (GcmLoop c = new GcmLoop(library, folder)) {
                compare(provider, Optional.of(c), facts);
                return facts;
            } catch (IOException e) {
                left.add(e.getMessage());
            }
        }
        compare(provider, Optional.empty(), facts);
        return facts;
    }

    /** Who could not run and why. */
    List<String> leftOut() {
        return left;
    }

    private void compare(AeadProvider provider, Optional<GcmLoop> c, Map<String, Object> facts)
            throws IOException {
        byte[] secret = new byte[KEY_AND_SALT];
        new SecureRandom().nextBytes(secret);
        AeadCipher cipher = provider.gcm(SecretBytes.wrap(secret), HEADER, AeadCipher.ICV);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clear = arena.allocate((long) GcmLoop.PACKETS * ROOM, 64);
            MemorySegment sealed = arena.allocate((long) GcmLoop.PACKETS * ROOM, 64);
            for (int length : LENGTHS) {
                for (int turn = 0; turn < WARM_UP_TURNS; turn++) {
                    ours(cipher, length, clear, sealed);
                }
                compare(length, () -> ours(cipher, length, clear, sealed), c, facts);
            }
        } finally {
            cipher.destroy();
        }
    }

    private void compare(
            int length, DoubleSupplier seam, Optional<GcmLoop> c, Map<String, Object> facts)
            throws IOException {
        List<Double> ours = new ArrayList<>();
        List<Double> intel = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < rounds * TURNS; turn++) {
            double own = seam.getAsDouble();
            ours.add(own);
            c.map(loop -> loop(loop, length))
                    .ifPresent(
                            nanos -> {
                                intel.add(nanos);
                                ratios.add(nanos / own);
                            });
        }
        facts.put("crypto_ns_" + length, Median.of(ours));
        if (c.isPresent()) {
            facts.put("crypto_c_ipsec_mb_ns_" + length, Median.of(intel));
            facts.put("crypto_ratio_c_" + length, Median.of(ratios));
        }
        if (Command.exists("openssl")) {
            double nanos = openssl(length);
            facts.put("crypto_c_openssl_ns_" + length, nanos);
            facts.putIfAbsent("crypto_ratio_c_" + length, nanos / Median.of(ours));
        } else if (length == LENGTHS[0]) {
            left.add("openssl speed: install openssl");
        }
    }

    /** Nanoseconds a packet. */
    private double ours(AeadCipher cipher, int length, MemorySegment clear, MemorySegment sealed) {
        long begin = System.nanoTime();
        for (int call = 0; call < CALLS; call++) {
            for (int i = 0; i < GcmLoop.PACKETS; i++) {
                long at = (long) i * ROOM;
                cipher.seal(clear, at, length, ++iv, sealed, at, at + HEADER);
            }
        }
        return (System.nanoTime() - begin) / PACKETS_A_TURN;
    }

    /** Nanoseconds a packet. */
    private static double loop(GcmLoop c, int length) {
        long begin = System.nanoTime();
        for (int call = 0; call < CALLS; call++) {
            c.run(length);
        }
        return (System.nanoTime() - begin) / PACKETS_A_TURN;
    }

    /** Nanoseconds a packet; its last line is {@code +F:22:NAME:OCTETS-PER-SECOND}. */
    private static double openssl(int length) throws IOException {
        String said =
                Command.output(
                        "openssl",
                        "speed",
                        "-mr",
                        "-seconds",
                        "1",
                        "-bytes",
                        Integer.toString(length),
                        "-evp",
                        "aes-256-gcm");
        String last = said.lines().filter(line -> line.startsWith("+F:")).findFirst().orElse("");
        if (last.isEmpty()) {
            throw new IOException("openssl speed: " + said.strip());
        }
        double octets = Double.parseDouble(last.substring(last.lastIndexOf(':') + 1));
        return length / octets * BILLION;
    }
}
