// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.rekey;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A group of ten thousand members from the first registration to a rekey by multicast. */
public final class RekeyBenchmark {
    private static final double PATIENCE_SECONDS = 60;
    private static final Pattern WRAPPED = Pattern.compile("with ([0-9]+) wrapped keys");

    private final SecureRandom random = randomness();
    private final Map<String, Object> facts = new TreeMap<>();
    private final Scale scale;

    /**
     * @param scale of what follows; the keys of the facts stay the same
     */
    private RekeyBenchmark(Scale scale) {
        this.scale = scale;
    }

    /** Ten thousand members, some minutes. */
    public static RekeyBenchmark full() {
        return new RekeyBenchmark(Scale.FULL);
    }

    /** Few members, half a minute, to see that everything runs. */
    public static RekeyBenchmark quick() {
        return new RekeyBenchmark(Scale.QUICK);
    }

    /** The facts; bench/README.md names them. */
    public Map<String, Object> run() throws IOException {
        facts.put("members_10k", scale.many());
        facts.put(
                "load_before", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        double toMany = group(scale.many());
        double toFew = group(scale.few());
        facts.put("multicast_cpu_ms_10k", toMany);
        facts.put("multicast_cpu_ms_10", toFew);
        facts.put("multicast_cost_ratio_10k_to_10", toMany / toFew);
        return facts;
    }

    /** Processor time of the key server for one rekey by multicast, in milliseconds. */
    private double group(int size) throws IOException {
        GroupFiles files = new GroupFiles(size, scale);
        KeyServerProcess server = new KeyServerProcess(files, files.unicast());
        try (MemberCrowd crowd =
                new MemberCrowd(files.addresses().subList(0, size), files.port(), random)) {
            say(size + " members register");
            long begin = System.nanoTime();
            crowd.register();
            double seconds = secondsSince(begin);
            if (size == scale.many()) {
                facts.put("registrations_s_10k", size / seconds);
                unicast(server, crowd, size);
                facts.put("heap_mib_10k", Double.parseDouble(server.ask("heap")));
                evict(server, crowd, files, size);
                server = restart(server, files, size);
            }
            double millis = multicast(server, crowd, files, size == scale.many() ? size - 1 : size);
            files.delete();
            return millis;
        } finally {
            server.close();
        }
    }

    /** The last is measured. */
    private void unicast(KeyServerProcess server, MemberCrowd crowd, int size) throws IOException {
        for (int i = 0; i < scale.warmUp(); i++) {
            acknowledgedRekey(server, crowd, size);
        }
        facts.put("unicast_10k_s", acknowledgedRekey(server, crowd, size));
    }

    /** Seconds until the last acknowledgement. */
    private double acknowledgedRekey(KeyServerProcess server, MemberCrowd crowd, int size)
            throws IOException {
        say("a rekey by unicast");
        long before = acknowledged(server);
        long begin = System.nanoTime();
        String spi = server.ask("rekey");
        // the key server is not asked before there is something to hear: it has work to do
        crowd.runUntil(
                () ->
                        crowd.having(spi) >= size && acknowledged(server) - before >= size
                                || secondsSince(begin) > PATIENCE_SECONDS,
                "acknowledged by all");
        double seconds = secondsSince(begin);
        facts.put("unicast_missing_10k", size - (acknowledged(server) - before));
        settle(server, crowd);
        return seconds;
    }

    /** The others get keys by the tree; the evicted one hears of it and can read nothing. */
    private void evict(KeyServerProcess server, MemberCrowd crowd, GroupFiles files, int size)
            throws IOException {
        say("an eviction");
        String evicted = files.addresses().get(size / 2).getHostAddress();
        server.ask("evict " + evicted);
        String[] keys = settle(server, crowd);
        String kek = keys[keys.length - 1].substring(2);
        long begin = System.nanoTime();
        crowd.runUntil(
                () ->
                        crowd.having(keys[0]) >= size - 1 && crowd.having(kek) >= size - 1
                                || secondsSince(begin) > PATIENCE_SECONDS,
                "the keys after the eviction");
        if (crowd.having(keys[0]) != size - 1 || crowd.having(kek) != size - 1) {
            throw new IllegalStateException(
                    "the new keys of an eviction are with "
                            + crowd.having(keys[0])
                            + " of "
                            + (size - 1)
                            + " members: look at "
                            + files.log());
        }
        List<Integer> wrapped =
                WRAPPED.matcher(Files.readString(files.log()))
                        .results()
                        .map(MatchResult::group)
                        .map(text -> Integer.valueOf(text.replaceAll("[^0-9]", "")))
                        .toList();
        facts.put("lkh_keys_10k", wrapped.getFirst());
    }

    /** A kill, and everything is there again. */
    private KeyServerProcess restart(KeyServerProcess server, GroupFiles files, int size)
            throws IOException {
        say("a kill and a restart");
        String keys = server.ask("keys");
        server.kill();
        long begin = System.nanoTime();
        KeyServerProcess next = new KeyServerProcess(files, files.unicast());
        try (MemberCrowd probe =
                new MemberCrowd(files.addresses().subList(size, size + 1), files.port(), random)) {
            probe.register();
            facts.put("restart_10k_s", secondsSince(begin));
        }
        if (!next.ask("keys").equals(keys)
                || Integer.parseInt(next.ask("members")) != size) { // one out, one new
            throw new IllegalStateException(
                    "forgotten: " + next.ask("members") + " members, " + next.ask("keys"));
        }
        return next;
    }

    private double multicast(KeyServerProcess server, MemberCrowd crowd, GroupFiles files, int size)
            throws IOException {
        say("rekeys by multicast to " + size);
        server.ask("configure " + files.multicast());
        String kek = server.ask("rekey-kek").substring(2);
        crowd.runUntil(() -> crowd.having(kek) >= size, "the KEK with a multicast group");
        settle(server, crowd);
        double[] millis = new double[scale.rounds()];
        for (int round = -scale.warmUp(); round < scale.rounds(); round++) {
            long before = Long.parseLong(server.ask("processor-nanos"));
            String spi = server.ask("rekey");
            crowd.runUntil(() -> crowd.having(spi) >= size, "the new TEK");
            settle(server, crowd);
            long nanos = Long.parseLong(server.ask("processor-nanos")) - before;
            if (round >= 0) {
                millis[round] = nanos / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    /** Returns the SPIs of TEK and KEK when there is one of each. */
    private String[] settle(KeyServerProcess server, MemberCrowd crowd) throws IOException {
        long begin = System.nanoTime();
        crowd.runUntil(
                () -> secondsSince(begin) > 1 && server.ask("teks").equals("1"),
                "the old TEK gone");
        return server.ask("keys").split(",");
    }

    private static long acknowledged(KeyServerProcess server) {
        return Long.parseLong(server.ask("acknowledged"));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private static void say(String what) {
        System.err.println("rekey: " + what);
    }

    /** Randomness without a system call for each number: the members must be light. */
    private static SecureRandom randomness() {
        try {
            return SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
