// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.GATEWAY_MAC;
import static org.getvpn.gm.Fixture.HOST6_1;
import static org.getvpn.gm.Fixture.HOST6_2;
import static org.getvpn.gm.Fixture.HOST_1;
import static org.getvpn.gm.Fixture.HOST_2;
import static org.getvpn.gm.Fixture.HOST_MAC;
import static org.getvpn.gm.Fixture.OWN_MAC;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.edit;
import static org.getvpn.gm.Fixture.frame;
import static org.getvpn.gm.Fixture.frame6;
import static org.getvpn.gm.Fixture.ipv6;
import static org.getvpn.gm.Fixture.packet;
import static org.getvpn.gm.Fixture.rule;
import static org.getvpn.gm.Fixture.selector;
import static org.getvpn.gm.Fixture.tek;
import static org.getvpn.gm.Fixture.tenToTen;
import static org.getvpn.gm.Fixture.udp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.EspFormat;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.io.FrameSink;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.io.PacketIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Octets;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.ReplayCheck;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.ShortSa;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For every reason to drop there is a packet that is dropped for it, and for it alone. */
class DropReasonTest {
    @ParameterizedTest
    @EnumSource(DropReason.class)
    void everyReasonIsReachedByAPacketThatIsCountedOnce(DropReason reason) {
        assertEquals(Map.of(reason, 1L), dropped(reason));
    }

    /** A switch without default: a new reason does not compile until a packet reaches it. */
    private Map<DropReason, Long> dropped(DropReason reason) {
        return switch (reason) {
            case RUNT_FRAME -> atMemberPort(new byte[13]);
            case OVERSIZED_FRAME -> atMemberPort(frame(udp(1600)));
            case NOT_IP -> atMemberPort(frame(GATEWAY_MAC, HOST_MAC, 0x88cc, new byte[46]));
            case MALFORMED_IP ->
                    atMemberPort(frame(edit(udp(60), (h, at) -> Octets.put16(h, 2, 61))));
            case TOO_MANY_HEADERS ->
                    atMemberPort(frame6(ipv6(HOST6_1, HOST6_2, 60, nineOptionHeaders())));
            case BAD_IP_CHECKSUM -> {
                byte[] packet = udp(60);
                packet[8]++;
                yield atMemberPort(frame(packet));
            }
            case MALFORMED_OFFLOAD -> {
                PipelineLab lab = PipelineLab.memberPort().keyed();
                byte[] frame = new byte[VirtioHeader.LENGTH + 14 + 60];
                System.arraycopy(frame(udp(60)), 0, frame, VirtioHeader.LENGTH, 14 + 60);
                MemorySegment memory = MemorySegment.ofArray(frame);
                VirtioHeader.writePartialChecksum(memory, VirtioHeader.LENGTH, 14 + 20, 40);
                lab.site.arriveWithHeader(frame); // the field would lie behind the packet
                lab.pipeline.turn(0);
                yield lab.dropsThatHappened();
            }
            case NO_POLICY -> atMemberPort(frame(udp(HOST_1, 0x0b000001, 1, 2, 60, 0)));
            case POLICY_DROP ->
                    under(
                            PipelineLab.memberPort().keyed(),
                            frame(udp(60)),
                            rule(TrafficRule.Action.DROP, tenToTen()));
            case BYPASS_ON_MEMBER_PORT ->
                    under(
                            PipelineLab.memberPort().keyed(),
                            frame(udp(60)),
                            rule(TrafficRule.Action.BYPASS, tenToTen()));
            case LOCAL_BYPASS_NOT_AT_SITE ->
                    under(
                            PipelineLab.withLocalBypass(Attachment.MEMBER_PORT, tenToTen()).keyed(),
                            frame(udp(60)),
                            rule(TrafficRule.Action.PROTECT, tenToTen()));
            case NO_SA ->
                    under(
                            PipelineLab.memberPort(),
                            frame(udp(60)),
                            rule(TrafficRule.Action.PROTECT, tenToTen()));
            case SEQUENCE_EXHAUSTED -> exhausted();
            case FRAGMENT_UNRESOLVED ->
                    under(
                            PipelineLab.memberPort().keyed(),
                            frame(udp(HOST_1, HOST_2, 1, 2, 60, 10)),
                            rule(
                                    TrafficRule.Action.DROP,
                                    selector("10.0.0.0/8", "10.0.0.0/8", 17, 0, 53)),
                            rule(TrafficRule.Action.PROTECT, tenToTen()));
            case TOO_BIG -> {
                PipelineLab lab = PipelineLab.memberPort().keyed();
                byte[] big = udp(HOST_1, HOST_2, 1, 2, 1500, Ipv4.DF);
                byte[] answer = packet(lab.fromSite(frame(big)).getFirst());
                assertEquals(Ipv4.ICMP, answer[9]);
                yield lab.dropsThatHappened();
            }
            case CLEARTEXT_FROM_WAN -> {
                PipelineLab lab = PipelineLab.gateway().keyed();
                assertTrue(lab.fromWan(frame(udp(60))).isEmpty());
                yield lab.dropsThatHappened();
            }
            case ICMP_UNVERIFIED ->
                    under(PipelineLab.memberPort(), PathMtuTest.report(esp(), 1400, 28));
            case ESP_FRAGMENT ->
                    atMemberPort(edited(esp(), (h, at) -> Octets.put16(h, 6, Ipv4.MF)));
            case RUNT_ESP -> {
                byte[] payload = new byte[33]; // one octet less than an empty packet
                Octets.put32(MemorySegment.ofArray(payload), 0, SPI.value());
                yield atMemberPort(frame(org.getvpn.gm.Fixture.ipv4(HOST_1, HOST_2, 50, payload)));
            }
            case UNKNOWN_SPI ->
                    under(PipelineLab.memberPort(), esp()); // the sender's key, not ours
            case REPLAYED -> refusedAsReplayed(DropReason.REPLAYED);
            case TOO_MANY_SENDERS -> refusedAsReplayed(DropReason.TOO_MANY_SENDERS);
            case TIME_OLD -> under(PipelineLab.memberPort().keyed(at(12)), timedEsp(at(11)));
            case TIME_FUTURE -> under(PipelineLab.memberPort().keyed(at(10)), timedEsp(at(11)));
            case TIME_MISSING -> under(PipelineLab.memberPort().keyed(at(10)), esp());
            case TIME_UNEXPECTED -> atMemberPort(timedEsp(at(11)));
            case TIME_MALFORMED ->
                    under(
                            PipelineLab.memberPort().keyed(at(10)),
                            authentic(new byte[] {0, 0, 0, (byte) 253}));
            case TIME_UNKNOWN ->
                    under(PipelineLab.memberPort().keyed(new PacketTime()), timedEsp(at(11)));
            case ICV_MISMATCH -> {
                byte[] esp = esp();
                esp[esp.length - 1]++;
                yield atMemberPort(esp);
            }
            case BAD_PADDING -> atMemberPort(authentic(new byte[] {0, 0, 100, 4}));
            case DUMMY_PACKET -> atMemberPort(authentic(new byte[] {0, 0, 0, 59}));
            case NOT_TUNNEL_MODE -> atMemberPort(authentic(new byte[] {0, 0, 0, 17}));
            case INNER_MALFORMED -> atMemberPort(authentic(new byte[] {0, 0, 0, 4}));
            case ADDRESS_MISMATCH ->
                    atMemberPort(edited(esp(), (h, at) -> Octets.put32(h, 12, HOST_2)));
            case SELECTOR_MISMATCH -> {
                PipelineLab receiver = PipelineLab.memberPort();
                receiver.database.install(
                        tek(SPI, 1, List.of(selector("10.9.0.0/16", "10.9.0.0/16", 0, 0, 0))));
                yield under(receiver, esp());
            }
            case CONGESTION_MARK_NOT_ECT ->
                    atMemberPort(edited(esp(), (h, at) -> Octets.put8(h, 1, 0xbb)));
            case SEND_FAILED -> refusedByTheInterface();
            case INTERNAL_ERROR -> brokenCipher();
        };
    }

    private static Map<DropReason, Long> atMemberPort(byte[] frame) {
        return under(PipelineLab.memberPort().keyed(), frame);
    }

    private static Map<DropReason, Long> under(
            PipelineLab lab, byte[] frame, TrafficRule... policy) {
        if (policy.length > 0) {
            lab.policy(policy);
        }
        assertEquals(0, lab.fromSite(frame).size(), "nothing may come out");
        return lab.dropsThatHappened();
    }

    /** A good ESP frame of another member. */
    private static byte[] esp() {
        return PipelineLab.memberPort().keyed().fromSite(frame(udp(60))).getFirst();
    }

    /** The same of a group whose packets carry a time. */
    private static byte[] timedEsp(PacketTime time) {
        return PipelineLab.memberPort().keyed(time).fromSite(frame(udp(60))).getFirst();
    }

    private static PacketTime at(int seconds) {
        return PipelineLab.clock(seconds * 1_000_000L);
    }

    private static byte[] edited(
            byte[] frame, java.util.function.BiConsumer<MemorySegment, Long> change) {
        return frame(edit(packet(frame), change));
    }

    /** An authentic ESP frame around any text. */
    private static byte[] authentic(byte[] text) {
        int length = EspFormat.AES_GCM.outerLength(Ipv4.HEADER, 20) - 20 - 4 + text.length;
        byte[] packet = org.getvpn.gm.Fixture.ipv4(HOST_1, HOST_2, 50, new byte[length - 20]);
        MemorySegment memory = org.getvpn.gm.Fixture.memory(packet, 0);
        Octets.put32(memory, 20, SPI.value());
        Octets.put32(memory, 24, 9);
        Octets.put64(memory, 28, 9);
        AeadCipher cipher = new JdkAead().gcm(tek(SPI, 1).cipherKey(), 8, AeadCipher.ICV);
        cipher.seal(org.getvpn.gm.Fixture.memory(text, 0), 0, text.length, 9, memory, 20, 36);
        return frame(org.getvpn.gm.Fixture.octets(memory, length));
    }

    private static byte[] nineOptionHeaders() {
        byte[] headers = new byte[9 * 8];
        for (int at = 0; at < headers.length; at += 8) {
            headers[at] = 60; // another one follows
        }
        return headers;
    }

    private static Map<DropReason, Long> exhausted() {
        SaDatabase database = ShortSa.database(3);
        PipelineLab lab = PipelineLab.memberPort(database).keyed();
        for (int i = 0; i < 3; i++) {
            assertEquals(1, lab.fromSite(frame(udp(60))).size());
        }
        return under(lab, frame(udp(60)));
    }

    private static Map<DropReason, Long> refusedAsReplayed(DropReason reason) {
        ReplayCheck refuses =
                new ReplayCheck() {
                    @Override
                    public DropReason refusal(int sequenceNumber, long iv) {
                        return reason;
                    }

                    @Override
                    public DropReason accepted(int sequenceNumber, long iv) {
                        throw new AssertionError("a refused packet is not accepted");
                    }
                };
        SaDatabase database =
                new SaDatabase(new JdkAead(), SequenceWatch.NONE, transform -> refuses);
        return under(PipelineLab.memberPort(database).keyed(), esp());
    }

    private static Map<DropReason, Long> brokenCipher() {
        AeadProvider broken =
                new AeadProvider() {
                    @Override
                    public String name() {
                        return "broken";
                    }

                    @Override
                    public AeadCipher gcm(SecretBytes keyAndSalt, int aadOctets, int icvOctets) {
                        return null;
                    }

                    @Override
                    public AeadCipher gmac(SecretBytes keyAndSalt) {
                        return null;
                    }
                };
        SaDatabase database = new SaDatabase(broken, SequenceWatch.NONE);
        PipelineLab lab = PipelineLab.memberPort(database);
        database.install(tek(SPI, 1));
        database.activate(SPI, new SenderId(1, 24));
        Map<DropReason, Long> drops = under(lab, frame(udp(60)));
        assertTrue(lab.pipeline.firstDefect().isPresent());
        return drops;
    }

    private static Map<DropReason, Long> refusedByTheInterface() {
        SaDatabase database = PipelineLab.emptyDatabase();
        database.install(tek(SPI, 1));
        database.activate(SPI, new SenderId(1, 24));
        InMemoryIo wire = new InMemoryIo("down", OWN_MAC, 1500);
        Pipeline pipeline =
                Pipeline.memberPort(
                        new Refusing(wire), database, new PipelineSettings(0, 0), () -> 1);
        wire.arrive(frame(udp(60)));
        pipeline.turn(0);
        Map<DropReason, Long> drops = pipeline.drops();
        drops.values().removeIf(count -> count == 0);
        return drops;
    }

    /** An interface that takes no frame. */
    private record Refusing(InMemoryIo wire) implements PacketIo {
        @Override
        public String name() {
            return wire.name();
        }

        @Override
        public long macAddress() {
            return wire.macAddress();
        }

        @Override
        public int mtu() {
            return wire.mtu();
        }

        @Override
        public FrameBatch receive(int timeoutMillis) {
            return wire.receive(timeoutMillis);
        }

        @Override
        public FrameSink newSink() {
            FrameSink sink = wire.newSink();
            return new FrameSink() {
                @Override
                public FrameBatch batch() {
                    return sink.batch();
                }

                @Override
                public int flush() {
                    int all = batch().count();
                    batch().clear();
                    return all;
                }

                @Override
                public void close() {
                    sink.close();
                }
            };
        }

        @Override
        public FrameSink newSuperFrameSink() {
            return newSink();
        }

        @Override
        public long receiveLosses() {
            return 0;
        }

        @Override
        public void close() {
            wire.close();
        }
    }
}
