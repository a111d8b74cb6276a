// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;

/** One valid body for every payload that has a structure, and the reader of it. */
final class Samples {
    /** Whether a body that is cut short can be told from a whole one. */
    enum End {
        /** counts and lengths say where it ends */
        STATED,
        /** it ends where the generic header says */
        OPEN
    }

    /** Reads a body and gives what our types write for it. */
    interface Rewriter {
        byte[] rewritten(byte[] body) throws MalformedPayload;
    }

    /** A named sample. */
    static final class Sample {
        final String name;
        final byte[] body;
        final End end;
        final Rewriter rewriter;

        Sample(String name, End end, Rewriter rewriter, byte[] body) {
            this.name = name;
            this.end = end;
            this.rewriter = rewriter;
            this.body = body;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Samples() {}

    static List<Sample> all() {
        List<Sample> samples = new ArrayList<>();
        samples.add(
                new Sample(
                        "SA of Phase 1",
                        End.STATED,
                        body -> SecurityAssociation.read(body).write().body(),
                        PayloadFixturesTest.PHASE_ONE_SA));
        samples.add(
                new Sample(
                        "SA of GDOI",
                        End.STATED,
                        Samples::rewrittenPolicy,
                        PayloadFixturesTest.GROUP_SA));
        samples.add(
                new Sample(
                        "SA of GDOI with two-octet identity lengths",
                        End.STATED,
                        Samples::rewrittenPolicy,
                        PayloadFixturesTest.GROUP_SA_TWO_OCTETS));
        samples.add(
                new Sample(
                        "KD",
                        End.STATED,
                        body -> KeyDownload.read(body).write().body(),
                        PayloadFixturesTest.KEY_DOWNLOAD));
        samples.add(
                new Sample(
                        "D",
                        End.STATED,
                        body -> Delete.read(body).write().body(),
                        PayloadFixturesTest.DELETE));
        samples.add(
                new Sample(
                        "SEQ",
                        End.STATED,
                        body -> SequenceNumber.write(SequenceNumber.read(body)).body(),
                        hex("00000007")));
        samples.add(
                new Sample(
                        "ID of an address",
                        End.STATED,
                        body -> Identification.read(body).write().body(),
                        hex("01 11 0350 0a540802")));
        samples.add(
                new Sample(
                        "ID of a name",
                        End.OPEN,
                        body -> Identification.read(body).write().body(),
                        hex("02 00 0000 676d312e74657374")));
        samples.add(
                new Sample(
                        "N",
                        End.OPEN,
                        body -> Notification.read(body).write().body(),
                        PayloadFixturesTest.NOTIFICATION));
        samples.add(
                new Sample(
                        "GAP",
                        End.OPEN,
                        body -> GroupAssociatedPolicy.read(body).write().body(),
                        hex("8001 0005 8002 000a")));
        samples.add(
                new Sample(
                        "traffic rules",
                        End.STATED,
                        body -> TrafficRuleList.write(TrafficRuleList.read(body)).value(),
                        TrafficRuleList.write(rules()).value()));
        samples.add(
                new Sample(
                        "CERT",
                        End.OPEN,
                        body -> Certificate.read(body).write().body(),
                        hex("04 3082 0001")));
        samples.add(
                new Sample(
                        "CR",
                        End.OPEN,
                        body -> CertificateRequest.read(body).write().body(),
                        hex("04 3000")));
        samples.add(
                new Sample(
                        "VENDOR_ID",
                        End.OPEN,
                        body -> VendorId.read(body).write().body(),
                        hex("afcad71368a1f1c96b8696fc77570100")));
        samples.add(
                new Sample(
                        "LKH_DOWNLOAD_ARRAY",
                        End.STATED,
                        body -> LkhDownloadArray.read(body, 32).write().value(),
                        PayloadFixturesTest.LKH_DOWNLOAD));
        samples.add(
                new Sample(
                        "LKH_UPDATE_ARRAY",
                        End.STATED,
                        body -> LkhUpdateArray.read(body, 32).write().value(),
                        PayloadFixturesTest.LKH_UPDATE));
        return samples;
    }

    static List<TrafficRule> rules() {
        IpPrefix site = IpPrefix.of(hex("0a010000"), 16);
        IpPrefix all = IpPrefix.of(hex("0a000000"), 8);
        IpPrefix six = IpPrefix.of(hex("20010db8 00000000 00000000 00000000"), 32);
        return List.of(
                new TrafficRule(
                        TrafficRule.Action.BYPASS, new TrafficSelector(site, all, 17, 0, 123)),
                new TrafficRule(TrafficRule.Action.DROP, new TrafficSelector(six, six, 6, 0, 23)),
                new TrafficRule(
                        TrafficRule.Action.PROTECT, new TrafficSelector(all, all, 0, 0, 0)));
    }

    private static byte[] rewrittenPolicy(byte[] body) throws MalformedPayload {
        GroupSecurityAssociation policy =
                GroupSecurityAssociation.read(body, Set.of(Quirk.TWO_OCTET_ID_LENGTH));
        return policy.write(policy.idLength()).body();
    }
}
