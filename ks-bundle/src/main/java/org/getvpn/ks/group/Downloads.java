// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.PolicyLine;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.config.AddressText;
import org.getvpn.ks.config.PrefixText;

/**
 * What members are told. Lifetimes and delays are those left at the instant of the message, so that
 * all members change keys together, whenever each of them heard of it.
 */
final class Downloads {
    private Downloads() {}

    /**
     * For a registration: the newest KEK and every TEK that a member must receive, the one to send
     * with first and then last. Empty while no TEK has been confirmed by the switches.
     *
     * <p>One message names one clock and window for all its TEKs, so those of an older rule are
     * left out: a member that comes then waits until the newest is sent with.
     */
    static Optional<GroupDownload> registration(
            GroupState state, GroupPolicy policy, MachineTime machine, long now) {
        List<TekState> told =
                state.teks().stream()
                        .filter(tek -> tek.stage() != KeyStage.ANNOUNCED)
                        .filter(tek -> tek.remainingSeconds(now) > 0)
                        .filter(tek -> tek.replay().canBeTold(state.line()))
                        .collect(Collectors.toList());
        Optional<KekState> kek = state.newestKek().filter(k -> k.remainingSeconds(now) > 0);
        if (told.isEmpty() || kek.isEmpty()) {
            return Optional.empty();
        }
        ReplayRule rule = told.get(told.size() - 1).replay();
        List<TekState> live =
                told.stream().filter(tek -> tek.replay().equals(rule)).collect(Collectors.toList());
        long activation = activation(state, now);
        long deactivation = deactivation(state, policy, now);
        return Optional.of(
                new GroupDownload(
                                groupId(policy),
                                kek(state, kek.get(), now),
                                live.stream()
                                        .map(t -> tek(t, policy, now))
                                        .collect(Collectors.toList()),
                                seconds(activation),
                                seconds(deactivation),
                                rules(policy),
                                List.of(),
                                kek.get().sequence())
                        .with(rule.at(state.line(), machine, now)));
    }

    /** For a rekey that brings a TEK, or tells it again. */
    static GroupDownload rollover(
            GroupState state, TekState tek, GroupPolicy policy, MachineTime machine, long now) {
        return new GroupDownload(
                        groupId(policy),
                        null,
                        List.of(tek(tek, policy, now)),
                        seconds(activation(state, now)),
                        seconds(deactivation(state, policy, now)),
                        rules(policy),
                        List.of(),
                        0)
                .with(tek.replay().at(state.line(), machine, now));
    }

    /** What is left until members send with the newest key; 0 if they do. */
    private static long activation(GroupState state, long now) {
        return state.tek(KeyStage.RECEIVABLE)
                .map(tek -> Math.max(0, tek.changesMillis() - now))
                .orElse(0L);
    }

    /** What is left until older keys are no longer received. */
    private static long deactivation(GroupState state, GroupPolicy policy, long now) {
        return state.tek(KeyStage.RECEIVABLE)
                .map(tek -> activation(state, now) + tek.overlapMillis())
                .or(() -> state.tek(KeyStage.RETIRING).map(tek -> tek.changesMillis() - now))
                .orElseGet(() -> new RekeySchedule(policy).deactivation());
    }

    /** For a rekey that brings a KEK. */
    static GroupDownload rollover(GroupState state, KekState kek, GroupPolicy policy, long now) {
        RekeySchedule schedule = new RekeySchedule(policy);
        return new GroupDownload(
                groupId(policy),
                kek(state, kek, now),
                List.of(),
                seconds(schedule.activation()),
                seconds(schedule.deactivation()),
                List.of(),
                List.of(),
                0);
    }

    /** A KEK as the protocol library knows it. */
    static Kek kek(GroupState state, KekState kek, long now) {
        Kek plain =
                new Kek(
                        kek.spi(),
                        Kek.ALGORITHM_AES_CBC,
                        kek.ivAndKey(),
                        Math.max(1, kek.remainingSeconds(now)),
                        kek.signatureHash(),
                        Kek.SIGNATURE_RSA,
                        state.signingKey().publicKey(),
                        kek.acknowledgement());
        return kek.rekeyAddress().map(plain::sentTo).orElse(plain);
    }

    private static Tek tek(TekState tek, GroupPolicy policy, long now) {
        EspTransform transform = KeyMint.transform(tek.transform());
        int cipherOctets = transform.keyOctets() + transform.saltOctets();
        return new Tek(
                tek.spi(),
                transform,
                part(tek.key(), 0, cipherOctets),
                part(tek.key(), cipherOctets, transform.integrityKeyOctets()),
                Math.max(1, tek.remainingSeconds(now)),
                tek.direction() == SaDirection.RECEIVE_ONLY
                        ? Tek.Direction.RECEIVER_ONLY
                        : Tek.Direction.SYMMETRIC,
                policy.lines().stream()
                        .filter(line -> line.action() == PolicyLine.Action.PROTECT)
                        .map(Downloads::selector)
                        .collect(Collectors.toList()));
    }

    /** The key itself where it is whole, so that destroying it leaves no copy. */
    private static SecretBytes part(SecretBytes key, int from, int octets) {
        if (octets == key.length()) {
            return key;
        }
        byte[] exposed = key.expose();
        try {
            return SecretBytes.wrap(Arrays.copyOfRange(exposed, from, from + octets));
        } finally {
            Arrays.fill(exposed, (byte) 0);
        }
    }

    /**
     * The ordered policy with its exceptions. None if every line is a PROTECT, which the TEK says,
     * nor if the switches alone make the exceptions.
     */
    private static List<TrafficRule> rules(GroupPolicy policy) {
        boolean exceptions =
                policy.lines().stream()
                        .anyMatch(line -> line.action() != PolicyLine.Action.PROTECT);
        if (!exceptions || policy.switchOnlyExceptions()) {
            return List.of();
        }
        List<TrafficRule> rules = new ArrayList<>();
        for (PolicyLine line : policy.lines()) {
            rules.add(
                    new TrafficRule(
                            TrafficRule.Action.valueOf(line.action().name()), selector(line)));
        }
        return rules;
    }

    private static TrafficSelector selector(PolicyLine line) {
        return new TrafficSelector(
                PrefixText.parse(line.source()),
                PrefixText.parse(line.destination()),
                line.protocol(),
                line.sourcePort(),
                line.destinationPort());
    }

    /** The group's identity as members name it. */
    static GroupId groupId(GroupPolicy policy) {
        if (policy.id().indexOf('.') < 0) {
            return GroupId.number(Long.parseLong(policy.id()));
        }
        return GroupId.address(AddressText.parse(policy.id()).orElseThrow().getAddress());
    }

    /** Rounded up: a key in use too early is worse than one in use too late. */
    private static int seconds(long millis) {
        return (int) Math.min(65_535, (Math.max(0, millis) + 999) / 1000);
    }
}
