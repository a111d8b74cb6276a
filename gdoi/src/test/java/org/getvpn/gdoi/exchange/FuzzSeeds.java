// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.getvpn.gdoi.exchange.IsakmpReaderFuzzer.Role;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.wire.Capture;
import org.getvpn.gdoi.wire.Delete;
import org.getvpn.gdoi.wire.Doi;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.SequenceNumber;

/**
 * Writes the seeds of the fuzzer's corpus: conversations of foreign programs and our own. {@code
 * java … FuzzSeeds FOLDER}.
 */
public final class FuzzSeeds {
    private FuzzSeeds() {}

    /** Writes them into the folder that is named. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, byte[]> seed : all().entrySet()) {
            Files.write(folder.resolve(seed.getKey()), seed.getValue());
        }
    }

    static Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> seeds = new TreeMap<>();
        Lab lab = registration(PhaseOneMode.MAIN);
        seeds.put("registration-member", conversation(Role.KEY_SERVER, lab, Lab.MEMBER));
        seeds.put("registration-key-server", conversation(Role.MEMBER, lab, Lab.KEY_SERVER));
        lab = registration(PhaseOneMode.AGGRESSIVE);
        seeds.put("aggressive-member", conversation(Role.KEY_SERVER, lab, Lab.MEMBER));
        seeds.put(
                "aggressive-key-server", conversation(Role.AGGRESSIVE_MEMBER, lab, Lab.KEY_SERVER));
        for (String capture :
                List.of(
                        "gdoid-psk/gdoid-psk-pull-push",
                        "strongswan-ikev1/ikev1-main-aggr-port848",
                        "ike-scan/ike-scan-vs-gdoid-848")) {
            List<byte[]> datagrams = Capture.datagrams(capture + ".pcap");
            datagrams = datagrams.subList(0, Math.min(6, datagrams.size()));
            String name = capture.substring(0, capture.indexOf('/'));
            for (Role role : List.of(Role.KEY_SERVER_WITH_ANOTHER_MEMBER, Role.MEMBER)) {
                FuzzInput.Writer writer = new FuzzInput.Writer(role);
                datagrams.forEach(writer::datagram);
                seeds.put(name + "-" + role.name().toLowerCase().split("_")[0], writer.octets());
            }
        }
        addProtected(seeds);
        return seeds;
    }

    private static Lab registration(PhaseOneMode mode) {
        return IsakmpReaderFuzzer.lab()
                .join(IsakmpReaderFuzzer.settings(Lab.MEMBER, mode))
                .settle();
    }

    private static byte[] conversation(Role role, Lab lab, Endpoint sender) {
        FuzzInput.Writer writer = new FuzzInput.Writer(role);
        for (Datagram sent : lab.seen) {
            if (sent.local().equals(sender)) {
                writer.datagram(sent.octets());
            }
        }
        return writer.octets();
    }

    private static void addProtected(Map<String, byte[]> seeds) {
        Payload nonce = Payload.of(PayloadType.NONCE, new byte[32]);
        Payload group =
                new Identification(IdentificationType.KEY_ID, 0, 0, new byte[] {0, 0, 4, -46})
                        .write();
        List<TrafficRule> rules =
                List.of(
                        new TrafficRule(TrafficRule.Action.BYPASS, BlueGroup.everything()),
                        new TrafficRule(TrafficRule.Action.PROTECT, BlueGroup.everything()));
        GroupDownload download = BlueGroup.download(IsakmpReaderFuzzer.KEK, 4096, rules);
        Payload policy =
                DownloadPayloads.sa(
                        download,
                        new ReturnPath(Lab.KEY_SERVER, Lab.MEMBER),
                        RegistrationProfile.RFC6407);
        seeds.put(
                "pull-member",
                new FuzzInput.Writer(Role.PULL_OF_A_KNOWN_MEMBER)
                        .payloads(nonce, group)
                        .payloads(DownloadPayloads.senderIdRequest(2))
                        .octets());
        seeds.put(
                "pull-key-server",
                new FuzzInput.Writer(Role.PULL_OF_THE_KEY_SERVER)
                        .payloads(nonce, policy)
                        .payloads(
                                SequenceNumber.write(7),
                                DownloadPayloads.keysUnder(BlueGroup.kek(1), download, Set.of()))
                        .octets());
        List<Payload> rekey = new ArrayList<>();
        rekey.add(SequenceNumber.write(1));
        rekey.add(
                new Delete(Doi.GDOI, Delete.PROTOCOL_ESP, 4, List.of(new byte[] {0, 0, 16, 0}))
                        .write());
        rekey.add(policy);
        rekey.add(DownloadPayloads.keysUnder(BlueGroup.kek(1), download, Set.of()));
        seeds.put(
                "push-signed",
                new FuzzInput.Writer(Role.REKEY_OF_THE_KEY_SERVER).payloads(rekey).octets());
        seeds.put(
                "push",
                new FuzzInput.Writer(Role.REKEY)
                        .datagram(IsakmpReaderFuzzer.signed(rekey))
                        .octets());
    }
}
