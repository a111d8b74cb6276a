// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.MemberStatus;
import org.getvpn.ks.api.SaDirection;
import org.getvpn.ks.api.SaStatus;

/** Groups, members and keys as operators see them: never a key. */
final class StatusView {
    private StatusView() {}

    static GroupStatus of(Group group, long now) {
        GroupPolicy policy = group.policy();
        GroupState state = group.state();
        Optional<TekState> sending = state.tek(KeyStage.SENDABLE);
        long point = sending.map(new RekeySchedule(policy)::rekeyPoint).orElse(now);
        return new GroupStatus(
                policy.name(),
                policy.id(),
                policy.lines(),
                policy.transform(),
                group.members().size(),
                state.rekeys(),
                state.newestKek().map(KekState::sequence).orElse(0L),
                Math.max(0, (point - now) / 1000),
                sending.isPresent()
                        ? "ok"
                        : "no key to send with yet: switches or members are being prepared",
                group.evicted(),
                policy.replay(),
                group.pseudotimeMillis(now));
    }

    static List<MemberStatus> members(Group group, long now) {
        return group.members().stream()
                .sorted(
                        Comparator.comparing(
                                (Member m) -> m.endpoint().address(), StatusView::compare))
                .map(
                        member ->
                                new MemberStatus(
                                        group.policy().name(),
                                        member.identity(),
                                        member.endpoint().address().getHostAddress(),
                                        Math.max(0, (now - member.registeredMillis()) / 1000),
                                        member.registrations(),
                                        member.senderIds().stream()
                                                .map(SenderId::toString)
                                                .collect(Collectors.toList()),
                                        group.deliveries(member.endpoint().address()).sent(),
                                        group.deliveries(member.endpoint().address())
                                                .acknowledged(),
                                        group.deliveries(member.endpoint().address()).missed()))
                .collect(Collectors.toList());
    }

    static List<SaStatus> sas(Group group, long now) {
        String name = group.policy().name();
        List<SaStatus> sas = new ArrayList<>();
        for (TekState tek : group.state().teks()) {
            sas.add(
                    new SaStatus(
                            name,
                            "TEK",
                            tek.spi().toString(),
                            tek.stage(),
                            tek.transform(),
                            tek.lifetimeSeconds(),
                            tek.remainingSeconds(now),
                            tek.direction()));
        }
        for (KekState kek : group.state().keks()) {
            sas.add(
                    new SaStatus(
                            name,
                            "KEK",
                            kek.spiText(),
                            kek.stage(),
                            "aes-cbc-" + (kek.ivAndKey().length() - 16) * 8,
                            kek.lifetimeSeconds(),
                            kek.remainingSeconds(now),
                            SaDirection.BOTH));
        }
        return sas;
    }

    private static int compare(InetAddress one, InetAddress other) {
        return Arrays.compareUnsigned(one.getAddress(), other.getAddress());
    }
}
