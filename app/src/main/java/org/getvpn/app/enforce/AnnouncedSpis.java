// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.enforce;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.getvpn.ks.api.KeyServer;
import org.getvpn.ks.api.KeyStage;

/**
 * The SPIs that edges shall let through: those of every group's live keys, and those that the key
 * server is about to announce. Of a key server that is away, what it said last stays.
 */
final class AnnouncedSpis {
    private final Map<String, Set<Integer>> live = new HashMap<>();
    private final Map<String, Set<Integer>> asked = new ConcurrentHashMap<>();

    /** The key server asks for {@code spi}, unsigned 32 bits in an int. */
    void ask(String group, int spi) {
        asked.computeIfAbsent(group, g -> ConcurrentHashMap.newKeySet()).add(spi);
    }

    /** The key server no longer asks: it lists the key as live, or gave it up. */
    void answered(String group, int spi) {
        asked.getOrDefault(group, Set.of()).remove(spi);
    }

    /** Takes up the live keys of {@code group} as the key server lists them now. */
    synchronized void adopt(KeyServer keyServer, String group) {
        Set<Integer> spis =
                keyServer.sas(group).stream()
                        .filter(sa -> sa.kind().equals("TEK") && sa.stage() != KeyStage.GONE)
                        .map(sa -> Integer.parseUnsignedInt(sa.spi().substring(2), 16))
                        .collect(Collectors.toSet());
        boolean serves =
                !spis.isEmpty()
                        || keyServer.groups().stream().anyMatch(g -> g.name().equals(group));
        if (serves) {
            live.put(group, spis);
        }
    }

    /** By the name of the group. */
    synchronized Map<String, Set<Integer>> now() {
        Map<String, Set<Integer>> now = new HashMap<>();
        live.forEach((group, spis) -> now.put(group, new HashSet<>(spis)));
        asked.forEach(
                (group, spis) -> now.computeIfAbsent(group, g -> new HashSet<>()).addAll(spis));
        return now;
    }
}
