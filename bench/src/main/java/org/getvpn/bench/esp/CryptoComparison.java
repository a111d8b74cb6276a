// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.getvpn.bench.lab.Command;
import org.getvpn.bench.lab.Median;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gm.esp.AeadChoice;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;

/**
 * AES-256-GCM alone, a new IV for each packet, 64 packets in turn: our cipher seam, the loop of a C
 * program over Intel's library, and {@code openssl speed}, which neither changes the IV nor reads
 * an ICV and so flatters itself.
 */
final class CryptoComparison {
    private static final int[] LENGTHS = {64, 1408};
    private static final int PACKETS = 64;
    private static final int ROOM = 2048;
    private static final int HEADER = 8;
    private static final int KEY_AND_SALT = 36;
    private static final int WARM_UP_MILLIS = 1500;
    private static final int MILLIS = 200;
    private static final double MILLION = 1e6;

    private final Path folder;
    private final int rounds;
    private final List<String> left = new ArrayList<>();
    private long iv;

    /**
     * @param folder for the C program
     * @param rounds odd
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
        Optional<Path> c = compile();
        byte[] secret = new byte[KEY_AND_SALT];
        new SecureRandom().nextBytes(secret);
        AeadCipher cipher = provider.gcm(SecretBytes.wrap(secret), HEADER, AeadCipher.ICV);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clear = arena.allocate((long) PACKETS * ROOM, 64);
            MemorySegment sealed = arena.allocate((long) PACKETS * ROOM, 64);
            for (int length : LENGTHS) {
                compare(length, cipher, clear, sealed, c, facts);
            }
        } finally {
            cipher.destroy();
        }
        return facts;
    }

    /** Who could not run and why. */
    List<String> leftOut() {
        return left;
    }

    private void compare(
            int length,
            AeadCipher cipher,
            MemorySegment clear,
            MemorySegment sealed,
            Optional<Path> c,
            Map<String, Object> facts)
            throws IOException {
        ours(cipher, length, clear, sealed, WARM_UP_MILLIS);
        List<Double> ours = new ArrayList<>();
        List<Double> intel = new ArrayList<>();
        List<Double> openssl = new ArrayList<>();
        boolean speed = Command.exists("openssl");
        for (int round = 0; round < rounds; round++) {
            ours.add(ours(cipher, length, clear, sealed, MILLIS));
            if (c.isPresent()) {
                intel.add(
                        Double.valueOf(
                                Command.output(
                                        c.get().toString(),
                                        Integer.toString(length),
                                        Integer.toString(MILLIS))));
            }
            if (speed && round == 0) {
                openssl.add(openssl(length));
            }
        }
        facts.put("crypto_ns_" + length, Median.of(ours));
        if (!openssl.isEmpty()) {
            facts.put("crypto_c_openssl_ns_" + length, Median.of(openssl));
        } else if (length == LENGTHS[0]) {
            left.add("openssl speed: install openssl");
        }
        if (!intel.isEmpty()) {
            facts.put("crypto_c_ipsec_mb_ns_" + length, Median.of(intel));
            facts.put("crypto_ratio_c_" + length, ratio(intel, ours));
        } else if (!openssl.isEmpty()) {
            facts.put("crypto_ratio_c_" + length, Median.of(openssl) / Median.of(ours));
        }
    }

    /**
     * The median of each round's own: what disturbs one of the two for seconds spoils no median.
     */
    private static double ratio(List<Double> dividends, List<Double> divisors) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < dividends.size(); i++) {
            ratios.add(dividends.get(i) / divisors.get(i));
        }
        return Median.of(ratios);
    }

    /** Nanoseconds a packet. */
    private double ours(
            AeadCipher cipher, int length, MemorySegment clear, MemorySegment sealed, int millis) {
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000L;
        long packets = 0;
        long now = begin;
        while (now < end) {
            for (int i = 0; i < PACKETS; i++) {
                long at = (long) i * ROOM;
                cipher.seal(clear, at, length, ++iv, sealed, at, at + HEADER);
            }
            packets += PACKETS;
            now = System.nanoTime();
        }
        return (double) (now - begin) / packets;
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
        return length / octets * MILLION * 1000;
    }

    /** The program, or none without compiler or library. */
    private Optional<Path> compile() throws IOException {
        if (!Command.exists("cc")) {
            left.add("ipsec-mb's C loop, no compiler: install gcc and libc6-dev");
            return Optional.empty();
        }
        Path source = folder.resolve("gcm_loop.c");
        try (InputStream text = CryptoComparison.class.getResourceAsStream("gcm_loop.c")) {
            Files.copy(text, source);
        }
        Path program = folder.resolve("gcm_loop");
        try {
            Command.output("cc", "-O2", "-o", program.toString(), source.toString(), "-lIPSec_MB");
            return Optional.of(program);
        } catch (IOException e) {
            left.add("ipsec-mb's C loop does not compile: install libipsec-mb-dev");
            return Optional.empty();
        }
    }
}
