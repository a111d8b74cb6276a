// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.TimeRule;

/**
 * The TEKs of the group, oldest first, with the member's half of the rule "receive before send,
 * delete last": a new TEK is received at once and sent with after the activation delay; an old one
 * is received until the deactivation delay is over, counted from the message that brought its
 * successor. Nothing outlives its lifetime.
 */
final class TekRing {
    private final List<HeldTek> held = new ArrayList<>();
    private final MemberMode mode;

    /**
     * @param mode whether receive-only TEKs are sent with
     */
    TekRing(MemberMode mode) {
        this.mode = mode;
    }

    /**
     * Takes a registration: the TEKs that it does not name are on their way out, and the newest but
     * one is sent with until the newest may be.
     *
     * @param timeRule of packets under its TEKs; null if they carry no time
     */
    void register(GroupDownload download, Ticks now, TimeRule timeRule) {
        for (HeldTek old : held) {
            if (download.teks().stream().noneMatch(old::isSameKey)) {
                old.endBy(deactivation(download, now));
            }
        }
        int newest = download.teks().size() - 1;
        for (int i = 0; i <= newest; i++) {
            add(
                    download.teks().get(i),
                    now,
                    i < newest ? now : activation(download, now),
                    timeRule);
        }
    }

    /**
     * Takes what a rekey brings: each TEK succeeds those before it.
     *
     * @param timeRule of packets under new TEKs; null if they carry no time
     */
    void rekey(GroupDownload download, Ticks now, TimeRule timeRule) {
        for (Tek tek : download.teks()) {
            if (held.stream().anyMatch(old -> old.isSameKey(tek))) {
                tek.cipherKey().destroy(); // told again, for members that missed it
                tek.integrityKey().destroy();
                continue;
            }
            Ticks sendable = activation(download, now);
            Ticks end = deactivation(download, now);
            for (HeldTek old : held) {
                old.endBy(end.isBefore(sendable) ? sendable : end);
            }
            add(tek, now, sendable, timeRule);
        }
    }

    /** Deletes one; an SPI that nobody holds is no matter. */
    void delete(Spi spi, Ticks now) {
        held.stream().filter(old -> old.tek().spi().equals(spi)).forEach(old -> old.endBy(now));
        advance(now);
    }

    /** Deletes all. */
    void clear() {
        held.forEach(HeldTek::destroy);
        held.clear();
    }

    /** Destroys what is gone. */
    void advance(Ticks now) {
        for (Iterator<HeldTek> each = held.iterator(); each.hasNext(); ) {
            HeldTek old = each.next();
            if (old.isGone(now)) {
                old.destroy();
                each.remove();
            }
        }
    }

    /** Each TEK with its stage, oldest first. */
    List<StagedTek> staged(Ticks now) {
        int leading = -1;
        for (int i = 0; i < held.size(); i++) {
            leading = held.get(i).mayBeSentWith(now, mode) ? i : leading;
        }
        List<StagedTek> staged = new ArrayList<>(held.size());
        for (int i = 0; i < held.size(); i++) {
            staged.add(new StagedTek(held.get(i).tek(), stage(i, leading), held.get(i).timeRule()));
        }
        return staged;
    }

    private static TekStage stage(int index, int leading) {
        if (index == leading) {
            return TekStage.SENDABLE;
        }
        return index < leading ? TekStage.RETIRING : TekStage.RECEIVABLE;
    }

    /** Whole seconds that a TEK has left; 0 for one that is not held. */
    long remainingSeconds(Spi spi, Ticks now) {
        return held.stream()
                .filter(one -> one.tek().spi().equals(spi))
                .mapToLong(one -> Math.max(0, one.goneAt().since(now).toSeconds()))
                .findFirst()
                .orElse(0);
    }

    /** The one that comes last: when it ends, nothing is left to send with. */
    Optional<HeldTek> newest() {
        return held.isEmpty() ? Optional.empty() : Optional.of(held.getLast());
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** When a stage changes next. */
    Optional<Ticks> nextChange(Ticks now) {
        Ticks next = null;
        for (HeldTek one : held) {
            next = Ticks.earlier(next, one.goneAt());
            if (now.isBefore(one.sendableAt())) {
                next = Ticks.earlier(next, one.sendableAt());
            }
        }
        return Optional.ofNullable(next);
    }

    private void add(Tek tek, Ticks now, Ticks sendable, TimeRule timeRule) {
        for (Iterator<HeldTek> each = held.iterator(); each.hasNext(); ) {
            HeldTek old = each.next();
            if (!old.tek().spi().equals(tek.spi())) {
                continue;
            }
            each.remove();
            if (old.isSameKey(tek) && old.sendableAt().isBefore(sendable)) {
                sendable = old.sendableAt();
            }
            if (old.isSameKey(tek)) {
                timeRule = old.timeRule(); // one key, one rule: nothing old becomes fresh again
            }
            old.destroy();
        }
        held.add(new HeldTek(tek, now, sendable, timeRule));
    }

    private static Ticks activation(GroupDownload download, Ticks now) {
        return now.plus(Duration.ofSeconds(download.activationDelaySeconds()));
    }

    private static Ticks deactivation(GroupDownload download, Ticks now) {
        return now.plus(Duration.ofSeconds(download.deactivationDelaySeconds()));
    }
}
