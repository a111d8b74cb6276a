// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.sa.MemberMode;
import org.getvpn.gm.sa.TimeRule;

/**
 * The keys and policy of the group as this member holds them, and the packet path's view of them,
 * which is renewed whenever a stage changes.
 */
final class GroupKeys {
    private final SaInstaller installer;
    private final TekRing ring;
    private final RenewalTimer tekRenewal;
    private final RenewalTimer kekRenewal;

    private List<TrafficRule> rules = List.of();
    private List<SenderId> senderIds = List.of();
    private TrafficKeys installed = TrafficKeys.NONE;
    private Ticks kekEnds;

    GroupKeys(SaInstaller installer, MemberMode mode, RandomGenerator random) {
        this.ring = new TekRing(mode);
        this.installer = installer;
        this.tekRenewal = new RenewalTimer(random);
        this.kekRenewal = new RenewalTimer(random);
    }

    /**
     * Takes a download that was checked.
     *
     * @param timeRule of packets under its TEKs; null if they carry no time
     */
    void register(GroupDownload download, Ticks now, TimeRule timeRule) {
        ring.register(download, now, timeRule);
        senderIds = download.senderIds();
        rules = rulesOf(download);
        kekEnds = null;
        kekRenewal.clear();
        download.kek().ifPresent(kek -> takeKek(kek, now));
        renewByTek();
        publish(now);
    }

    /**
     * Takes a rekey that was checked.
     *
     * @param timeRule of packets under new TEKs; null if they carry no time
     * @return false if the membership is over and the member has to register again
     */
    boolean rekey(RekeyMessage message, Ticks now, TimeRule timeRule) {
        if (message.deletesAllTeks()) {
            ring.clear();
        }
        message.deletedTeks().forEach(spi -> ring.delete(spi, now));
        if (message.deletesKek()) {
            kekEnds = null;
            kekRenewal.clear();
        }
        Optional<GroupDownload> download = message.download();
        if (download.isPresent()) {
            ring.rekey(download.get(), now, timeRule);
            if (!download.get().teks().isEmpty()) {
                rules = rulesOf(download.get());
            }
            download.get().kek().ifPresent(kek -> takeKek(kek, now));
        }
        renewByTek();
        publish(now);
        boolean kekIsGone = message.deletesKek() && kekEnds == null;
        return !kekIsGone && !ring.isEmpty();
    }

    /**
     * Lets keys age.
     *
     * @return true if the KEK's lifetime is over since the last call
     */
    boolean advance(Ticks now) {
        ring.advance(now);
        publish(now);
        boolean over = kekEnds != null && !now.isBefore(kekEnds);
        if (over) {
            kekEnds = null; // the renewal stays due until a registration brings another
        }
        return over;
    }

    /** Zeroes and forgets everything. */
    void clear() {
        ring.clear();
        rules = List.of();
        senderIds = List.of();
        kekEnds = null;
        tekRenewal.clear();
        kekRenewal.clear();
        installed = TrafficKeys.NONE;
        installer.install(installed);
    }

    /** Whether there is a TEK at all. */
    boolean isUsable() {
        return !ring.isEmpty();
    }

    /** Whether a key nears its end and no rekey brought a successor. */
    boolean isRenewalDue(Ticks now) {
        return tekRenewal.isDue(now) || kekRenewal.isDue(now);
    }

    /** When a stage changes or a renewal is due next. */
    Optional<Ticks> nextChange(Ticks now) {
        return ring.nextChange(now);
    }

    /** For the status. */
    List<MembershipStatus.TekStatus> teks(Ticks now) {
        return ring.staged(now).stream()
                .map(
                        one ->
                                new MembershipStatus.TekStatus(
                                        one.tek().spi().toString(),
                                        one.stage(),
                                        ring.remainingSeconds(one.tek().spi(), now)))
                .toList();
    }

    /** For the status; 0 for none. */
    long kekRemainingSeconds(Ticks now) {
        return kekEnds == null ? 0 : Math.max(0, kekEnds.since(now).toSeconds());
    }

    /** For the status. */
    List<String> senderIds() {
        return senderIds.stream().map(SenderId::toString).toList();
    }

    /** One line for the log: SPIs with stage and time left. */
    String describe(Ticks now) {
        return teks(now).stream()
                .map(t -> "spi=" + t.spi() + "," + t.stage() + "," + t.remainingSeconds() + "s")
                .collect(Collectors.joining(" "));
    }

    /** Zeroes the keys of a download that is not used. */
    static void destroy(GroupDownload download) {
        download.destroyKeys();
    }

    private void takeKek(Kek kek, Ticks now) {
        Duration lifetime = Duration.ofSeconds(kek.remainingSeconds());
        kekEnds = now.plus(lifetime);
        kekRenewal.set(kekEnds, lifetime);
    }

    private void renewByTek() {
        ring.newest()
                .ifPresentOrElse(
                        tek -> tekRenewal.set(tek.goneAt(), tek.lifetime()), tekRenewal::clear);
    }

    /** The ordered list, or, where the key server sends none, a PROTECT per selector of the TEK. */
    private static List<TrafficRule> rulesOf(GroupDownload download) {
        if (!download.rules().isEmpty()) {
            return download.rules();
        }
        return download.teks().getLast().selectors().stream()
                .map(selector -> new TrafficRule(TrafficRule.Action.PROTECT, selector))
                .toList();
    }

    private void publish(Ticks now) {
        TrafficKeys keys = new TrafficKeys(ring.staged(now), rules, senderIds);
        if (!keys.equals(installed)) {
            installed = keys;
            installer.install(keys);
        }
    }
}
