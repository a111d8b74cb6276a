// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.getvpn.gdoi.policy.Spi;

/**
 * An evicted member that does not go: it keeps what it holds, hears every rekey message, whoever it
 * is sent to, and asks to register again. No key that was made after its eviction may come into its
 * hands, by no such way.
 */
final class FormerMember {
    /** Seconds after which it reads nothing any more, whatever else happens. */
    private static final int READS_AT_MOST = 90;

    private final SimulatedMember member;
    private final Set<Spi> teksThen;
    private final Set<String> keksThen;
    private int seconds;

    /**
     * @param teksThen made before the eviction
     * @param keksThen the same, as the operator sees them
     */
    FormerMember(SimulatedMember member, Set<Spi> teksThen, Set<String> keksThen) {
        this.member = member;
        this.teksThen = Set.copyOf(teksThen);
        this.keksThen = Set.copyOf(keksThen);
    }

    SimulatedMember member() {
        return member;
    }

    void secondPassed() {
        member.sleep(1000);
        seconds++;
    }

    /**
     * It has no new key, and soon reads nobody.
     *
     * @param senders members that hear rekeys
     * @param story what happened before
     */
    void check(Map<String, SimulatedMember> senders, Supplier<String> story) {
        assertTrue(
                teksThen.containsAll(member.teks()),
                () -> "has TEKs " + member.teks() + ", not only " + teksThen + story.get());
        assertTrue(
                keksThen.containsAll(member.keks()),
                () -> "has KEKs " + member.keks() + ", not only " + keksThen + story.get());
        if (seconds <= READS_AT_MOST) {
            return;
        }
        senders.forEach(
                (name, sender) ->
                        assertFalse(
                                sender.sending().filter(member::receives).isPresent(),
                                () -> "still reads " + name + story.get()));
    }
}
