// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.AddressPreservation;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the key server means is what the member understands. */
class GroupDownloadCodecTest {
    private static final GroupId GROUP = GroupId.number(1234);
    private static final SelectorIdentity KEY_SERVER =
            new SelectorIdentity(IdentificationType.IPV4_ADDR, 848, hex("0aff0001"));
    private static final SelectorIdentity MEMBER =
            new SelectorIdentity(IdentificationType.IPV4_ADDR, 848, hex("0a010002"));

    static List<EspTransform> transforms() {
        return EspTransform.known();
    }

    @ParameterizedTest
    @MethodSource("transforms")
    void aTekOfAnyTransformArrives(EspTransform transform) throws MalformedPayload {
        Tek sent = tek(0x1000, transform, 3600, Tek.Direction.SYMMETRIC, selectors(1));
        Tek received = carried(download(List.of(sent), List.of())).teks().get(0);
        assertEquals(transform, received.transform());
        assertEquals(transform.ivOctets(), received.transform().ivOctets());
        assertEquals(transform.icvOctets(), received.transform().icvOctets());
        assertEquals(sent.cipherKey(), received.cipherKey());
        assertEquals(sent.integrityKey(), received.integrityKey());
    }

    @ParameterizedTest
    @EnumSource(Tek.Direction.class)
    void theDirectionOfAnSaArrives(Tek.Direction direction) throws MalformedPayload {
        Tek sent = tek(0x1000, EspTransform.AES_GCM_16_128, 60, direction, selectors(1));
        assertEquals(
                direction, carried(download(List.of(sent), List.of())).teks().get(0).direction());
    }

    @ParameterizedTest
    @EnumSource(AddressPreservation.class)
    void thePreservedAddressesArrive(AddressPreservation preservation) throws MalformedPayload {
        Tek plain =
                tek(0x1000, EspTransform.AES_GCM_16_128, 60, Tek.Direction.SYMMETRIC, selectors(1));
        Tek sent =
                new Tek(
                        plain.spi(),
                        plain.transform(),
                        plain.cipherKey(),
                        plain.integrityKey(),
                        60,
                        plain.direction(),
                        preservation,
                        plain.selectors());
        assertEquals(
                preservation,
                carried(download(List.of(sent), List.of())).teks().get(0).addressPreservation());
    }

    @Test
    void everyTransformHasANameOfItsOwn() {
        for (EspTransform transform : EspTransform.known()) {
            assertEquals(Optional.of(transform), EspTransform.named(transform.name()));
        }
        assertEquals(28, EspTransform.known().size());
        assertEquals("aes-gcm-256", EspTransform.AES_GCM_16_256.name());
        assertEquals(Optional.empty(), EspTransform.named("des-cbc"));
    }

    @Test
    void severalTeksWithManySelectorsKeepOrderAndLifetime() throws MalformedPayload {
        List<TrafficSelector> selectors = selectors(100);
        Tek old = tek(0x1000, EspTransform.AES_GCM_16_128, 7, Tek.Direction.SYMMETRIC, selectors);
        Tek young =
                tek(
                        0x2000,
                        EspTransform.AES_GCM_16_128,
                        86_400,
                        Tek.Direction.SYMMETRIC,
                        selectors);
        GroupDownload received = carried(download(List.of(old, young), List.of()));
        assertEquals(2, received.teks().size());
        assertEquals(old.spi(), received.teks().get(0).spi());
        assertEquals(7, received.teks().get(0).remainingSeconds());
        assertEquals(86_400, received.teks().get(1).remainingSeconds());
        assertEquals(selectors, received.teks().get(1).selectors());
    }

    @Test
    void ipv6SelectorsArrive() throws MalformedPayload {
        TrafficSelector six =
                new TrafficSelector(
                        IpPrefix.of(hex("20010db8000100000000000000000000"), 48),
                        IpPrefix.of(hex("20010db8000000000000000000000000"), 32),
                        6,
                        0,
                        443);
        Tek sent =
                tek(0x1000, EspTransform.AES_GCM_16_256, 60, Tek.Direction.SYMMETRIC, List.of(six));
        assertEquals(
                List.of(six),
                carried(download(List.of(sent), List.of())).teks().get(0).selectors());
    }

    @Test
    void delaysRulesAndSenderIdsArrive() throws MalformedPayload {
        Tek tek =
                tek(0x1000, EspTransform.AES_GCM_16_256, 60, Tek.Direction.SYMMETRIC, selectors(1));
        GroupDownload received = carried(download(List.of(tek), Samples.rules()));
        assertEquals(5, received.activationDelaySeconds());
        assertEquals(15, received.deactivationDelaySeconds());
        assertEquals(Samples.rules(), received.rules());
        assertEquals(List.of(new SenderId(3, 24), new SenderId(4, 24)), received.senderIds());
        assertEquals(9, received.sequence());
    }

    @Test
    void anAttributeGivenTwiceIsRefused() {
        List<DataAttribute> twice =
                List.of(
                        DataAttribute.basic(GroupAssociatedPolicy.ACTIVATION_TIME_DELAY, 5),
                        DataAttribute.basic(GroupAssociatedPolicy.ACTIVATION_TIME_DELAY, 6));
        assertRefused(
                "twice",
                new GroupSecurityAssociation(
                        null, new GroupAssociatedPolicy(twice), List.of(saTek(0x1000, 20, 256))),
                new KeyDownload(List.of(tekPacket(0x1000, 36))));
    }

    @Test
    void anUnknownTransformIsRefusedByNumber() {
        assertRefused(
                "transform 99",
                policy(saTek(0x1000, 99, 256)),
                new KeyDownload(List.of(tekPacket(0x1000, 36))));
    }

    @Test
    void aKeyOfTheWrongLengthIsRefusedWithBothLengths() {
        assertRefused(
                "key of 20 octets, 36 needed",
                policy(saTek(0x1000, 20, 256)),
                new KeyDownload(List.of(tekPacket(0x1000, 20))));
    }

    @Test
    void aReservedSpiIsRefused() {
        assertRefused(
                "reserved",
                policy(saTek(200, 20, 256)),
                new KeyDownload(List.of(tekPacket(200, 36))));
    }

    @Test
    void aSenderIdThatDoesNotFitItsBitsIsRefused() {
        KeyPacket sid =
                new KeyPacket(
                        KeyPacket.SID,
                        new byte[0],
                        List.of(
                                DataAttribute.basic(KeyPacket.NUMBER_OF_SID_BITS, 8),
                                DataAttribute.variable32(KeyPacket.SID_VALUE, 256)));
        assertRefused(
                "sender id 256",
                policy(saTek(0x1000, 20, 256)),
                new KeyDownload(List.of(tekPacket(0x1000, 36), sid)));
    }

    @Test
    void aDestroyedDownloadHasNoKeysLeft() throws MalformedPayload {
        KeyDownload keys = KeyDownload.read(PayloadFixturesTest.KEY_DOWNLOAD);
        keys.destroy();
        assertTrue(keys.isDestroyed());
        assertArrayEquals(
                new byte[36],
                keys.packets(KeyPacket.TEK).get(0).required(KeyPacket.TEK_ALGORITHM_KEY).value());
    }

    @Test
    void timeBasedReplayPolicyArrives() throws MalformedPayload {
        TimeBasedReplay posix = TimeBasedReplay.ofPosixTime(5000);
        TimeBasedReplay pseudo =
                TimeBasedReplay.ofPseudotime(200_000, 7_200_500_000L, hex("0102030405060708"));
        assertEquals(
                Optional.of(posix),
                TimeBasedReplayCodec.read(
                        new GroupAssociatedPolicy(TimeBasedReplayCodec.write(posix))));
        assertEquals(
                Optional.of(pseudo),
                TimeBasedReplayCodec.read(
                        new GroupAssociatedPolicy(TimeBasedReplayCodec.write(pseudo))));
        assertArrayEquals(
                hex(
                        "80f0 0081", // D3P-TYPE: pseudotime
                        "00f1 0004 00030d40", // D3P-WINDOWSIZE: 200000 ms
                        "00f2 0008 00001c20 0007a120", // PSEUDOTIME: 7200.5 s
                        "00f3 0008 0102030405060708"), // epoch
                new GroupAssociatedPolicy(TimeBasedReplayCodec.write(pseudo)).write().body());
        assertEquals(
                Optional.empty(), TimeBasedReplayCodec.read(new GroupAssociatedPolicy(List.of())));
    }

    @Test
    void timeBasedReplayIsPartOfADownload() throws MalformedPayload {
        TimeBasedReplay replay =
                TimeBasedReplay.ofPseudotime(10_000, 3_000_001L, hex("0102030405060708"));
        Tek tek =
                tek(0x1000, EspTransform.AES_GCM_16_256, 60, Tek.Direction.SYMMETRIC, selectors(1));
        assertEquals(
                Optional.of(replay),
                carried(download(List.of(tek), List.of()).with(replay)).timeBasedReplay());
        assertEquals(
                Optional.empty(), carried(download(List.of(tek), List.of())).timeBasedReplay());
    }

    @Test
    void timeBasedReplayWithoutAllItsPartsIsRefused() {
        List<DataAttribute> pseudo =
                TimeBasedReplayCodec.write(TimeBasedReplay.ofPseudotime(200_000, 1, new byte[8]));
        for (int missing = 1; missing < pseudo.size(); missing++) {
            List<DataAttribute> rest = new ArrayList<>(pseudo);
            rest.remove(missing);
            assertThrows(
                    MalformedPayload.class,
                    () -> TimeBasedReplayCodec.read(new GroupAssociatedPolicy(rest)));
        }
    }

    /** Through the octets of both payloads and back. */
    private static GroupDownload carried(GroupDownload download) throws MalformedPayload {
        byte[] sa =
                GroupDownloadWriter.policy(download, KEY_SERVER, MEMBER)
                        .write(SelectorIdentity.IdLength.ONE_OCTET)
                        .body();
        byte[] kd = GroupDownloadWriter.keys(download).write().body();
        return GroupDownloadReader.read(
                GROUP,
                GroupSecurityAssociation.read(sa),
                KeyDownload.read(kd),
                download.sequence());
    }

    private static GroupDownload download(List<Tek> teks, List<TrafficRule> rules) {
        return new GroupDownload(
                GROUP,
                null,
                teks,
                5,
                15,
                rules,
                List.of(new SenderId(3, 24), new SenderId(4, 24)),
                9);
    }

    private static Tek tek(
            int spi,
            EspTransform transform,
            long seconds,
            Tek.Direction direction,
            List<TrafficSelector> selectors) {
        byte[] key = new byte[transform.keyOctets() + transform.saltOctets()];
        byte[] integrity = new byte[transform.integrityKeyOctets()];
        Arrays.fill(key, (byte) 0x11);
        Arrays.fill(integrity, (byte) 0x22);
        return new Tek(
                Spi.of(spi),
                transform,
                SecretBytes.wrap(key),
                SecretBytes.wrap(integrity),
                seconds,
                direction,
                selectors);
    }

    private static List<TrafficSelector> selectors(int count) {
        List<TrafficSelector> selectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            selectors.add(
                    new TrafficSelector(
                            IpPrefix.of(new byte[] {10, (byte) i, 0, 0}, 16),
                            IpPrefix.of(hex("0a000000"), 8),
                            0,
                            0,
                            0));
        }
        return selectors;
    }

    private static GroupSecurityAssociation policy(SaTek saTek) {
        return new GroupSecurityAssociation(null, null, List.of(saTek));
    }

    private static SaTek saTek(int spi, int transform, int keyBits) {
        return new SaTek(
                0,
                new SelectorIdentity(
                        IdentificationType.IPV4_ADDR_SUBNET, 0, hex("0a000000ff000000")),
                new SelectorIdentity(
                        IdentificationType.IPV4_ADDR_SUBNET, 0, hex("0a000000ff000000")),
                transform,
                spi,
                List.of(
                        DataAttribute.basic(SaTek.LIFE_TYPE, 1),
                        DataAttribute.basic(SaTek.LIFE_DURATION, 60),
                        DataAttribute.basic(SaTek.ENCAPSULATION_MODE, 1),
                        DataAttribute.basic(SaTek.KEY_LENGTH, keyBits)));
    }

    private static KeyPacket tekPacket(int spi, int octets) {
        return new KeyPacket(
                KeyPacket.TEK,
                new WireWriter().u32(spi).toByteArray(),
                List.of(DataAttribute.variable(KeyPacket.TEK_ALGORITHM_KEY, new byte[octets])));
    }

    private static void assertRefused(
            String word, GroupSecurityAssociation policy, KeyDownload keys) {
        MalformedPayload refusal =
                assertThrows(
                        MalformedPayload.class,
                        () -> GroupDownloadReader.read(GROUP, policy, keys, 0));
        assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
}
