// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Tek;
import org.junit.jupiter.api.Test;

/**
 * A key server that is authenticated and hostile, or broken: whatever its policy and keys say, a
 * member refuses by name what it cannot hold (CVE-2023-20109 was an attribute of an authenticated
 * peer that nobody had bounded).
 */
class HostilePolicyTest {
    private static final int SPI = 0x1000;

    private static final List<DataAttribute> GOOD =
            List.of(
                    DataAttribute.basic(SaTek.LIFE_TYPE, 1),
                    DataAttribute.basic(SaTek.LIFE_DURATION, 60),
                    DataAttribute.basic(SaTek.ENCAPSULATION_MODE, 1),
                    DataAttribute.basic(SaTek.KEY_LENGTH, 256));

    private static SelectorIdentity ten() {
        return new SelectorIdentity(
                IdentificationType.IPV4_ADDR_SUBNET, 0, hex("0a000000ff000000"));
    }

    private static SaTek saTek(int spi, DataAttribute... more) {
        List<DataAttribute> attributes = new ArrayList<>(GOOD);
        Collections.addAll(attributes, more);
        return saTek(spi, attributes);
    }

    private static SaTek saTek(int spi, List<DataAttribute> attributes) {
        return new SaTek(0, ten(), ten(), 20, spi, attributes);
    }

    private static KeyPacket key(int spi, DataAttribute... more) {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.variable(KeyPacket.TEK_ALGORITHM_KEY, new byte[36]));
        Collections.addAll(attributes, more);
        return new KeyPacket(KeyPacket.TEK, new WireWriter().u32(spi).toByteArray(), attributes);
    }

    private static KeyPacket senderIds(int bits, long... values) {
        List<DataAttribute> attributes = new ArrayList<>();
        attributes.add(DataAttribute.basic(KeyPacket.NUMBER_OF_SID_BITS, bits));
        for (long value : values) {
            attributes.add(DataAttribute.variable32(KeyPacket.SID_VALUE, value));
        }
        return new KeyPacket(KeyPacket.SID, new byte[0], attributes);
    }

    private static GroupDownload read(
            GroupAssociatedPolicy gap, List<SaTek> saTeks, KeyPacket... packets)
            throws MalformedPayload {
        return GroupDownloadReader.read(
                GroupId.number(1),
                new GroupSecurityAssociation(null, gap, saTeks),
                new KeyDownload(List.of(packets)),
                0);
    }

    private static void refused(
            String words, GroupAssociatedPolicy gap, List<SaTek> saTeks, KeyPacket... packets) {
        MalformedPayload refusal =
                assertThrows(MalformedPayload.class, () -> read(gap, saTeks, packets));
        assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    }

    private static GroupAssociatedPolicy gap(DataAttribute... attributes) {
        return new GroupAssociatedPolicy(List.of(attributes));
    }

    @Test
    void theSamplesOfThisTestAreGood() throws MalformedPayload {
        Tek tek = read(null, List.of(saTek(SPI)), key(SPI), senderIds(24, 1, 2)).teks().get(0);
        assertEquals(60, tek.remainingSeconds());
    }

    @Test
    void aGroupHasAtMostSixtyFourTeks() {
        List<SaTek> saTeks = new ArrayList<>();
        List<KeyPacket> keys = new ArrayList<>();
        for (int i = 0; i <= GroupDownloadReader.MAX_TEKS; i++) {
            saTeks.add(saTek(SPI + i));
            keys.add(key(SPI + i));
        }
        refused("more than 64 TEKs", null, saTeks, keys.toArray(new KeyPacket[0]));
    }

    @Test
    void selectorsAreCounted() {
        List<SaTek> saTeks = Collections.nCopies(GroupDownloadReader.MAX_SELECTORS + 1, saTek(SPI));
        refused("10000 at most", null, saTeks, key(SPI));
    }

    @Test
    void oneKeyBelongsToOneSpi() {
        refused("two keys in KD", null, List.of(saTek(SPI)), key(SPI), key(SPI));
        refused("no key in KD", null, List.of(saTek(SPI)), key(SPI + 1));
    }

    @Test
    void senderIdsAreFewDifferentAndOfOneSize() {
        List<SaTek> saTeks = List.of(saTek(SPI));
        refused("sender id 7/24 twice", null, saTeks, key(SPI), senderIds(24, 7, 7));
        refused("twice", null, saTeks, key(SPI), senderIds(24, 7), senderIds(24, 7));
        refused("16 and of 24", null, saTeks, key(SPI), senderIds(16, 7), senderIds(24, 8));
        refused("33, 32 at most", null, saTeks, key(SPI), senderIds(33, 7));
        refused("of 7 bits", null, saTeks, key(SPI), senderIds(7, 7));
        refused("more than 24 bits", null, saTeks, key(SPI), senderIds(24, 1 << 24));
        long[] many = new long[GroupDownloadReader.MAX_SENDER_IDS + 1];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        refused("more than 64", null, saTeks, key(SPI), senderIds(24, many));
    }

    @Test
    void lifetimesAreBoundedAndGivenOnce() {
        DataAttribute seconds = DataAttribute.basic(SaTek.LIFE_TYPE, 1);
        DataAttribute forever = DataAttribute.variable32(SaTek.LIFE_DURATION, 0xffff_ffffL);
        DataAttribute minute = DataAttribute.basic(SaTek.LIFE_DURATION, 60);
        refused("31622400 at most", null, List.of(saTek(SPI, List.of(seconds, forever))), key(SPI));
        refused("two lifetimes", null, List.of(saTek(SPI, seconds, minute)), key(SPI));
        refused(
                "life type 3",
                null,
                List.of(saTek(SPI, DataAttribute.basic(SaTek.LIFE_TYPE, 3), minute)),
                key(SPI));
        refused("lifetime of 0 s", null, List.of(saTek(SPI, List.of(seconds))), key(SPI));
        refused(
                "3 lifetimes",
                null,
                List.of(
                        saTek(
                                SPI,
                                DataAttribute.basic(SaTek.LIFE_TYPE, 2),
                                DataAttribute.variable32(SaTek.LIFE_DURATION, 1),
                                DataAttribute.variable32(SaTek.LIFE_DURATION, 2))),
                key(SPI));
    }

    @Test
    void attributesOfAnSaAreKnownBoundedAndGivenOnce() {
        refused(
                "unknown SA TEK attribute 200",
                null,
                List.of(saTek(SPI, DataAttribute.basic(200, 1))),
                key(SPI));
        refused(
                "address preservation 5",
                null,
                List.of(saTek(SPI, DataAttribute.basic(SaTek.ADDRESS_PRESERVATION, 5))),
                key(SPI));
        refused(
                "SA direction 0",
                null,
                List.of(saTek(SPI, DataAttribute.basic(SaTek.DIRECTION, 0))),
                key(SPI));
        refused(
                "twice",
                null,
                List.of(saTek(SPI, DataAttribute.basic(SaTek.KEY_LENGTH, 128))),
                key(SPI));
        refused(
                "exceeds 63 bits",
                null,
                List.of(
                        saTek(
                                SPI,
                                DataAttribute.variable(
                                        SaTek.DIRECTION, hex("ffffffffffffffffff")))),
                key(SPI));
        refused(
                "is empty",
                null,
                List.of(saTek(SPI, DataAttribute.variable(SaTek.DIRECTION, new byte[0]))),
                key(SPI));
    }

    @Test
    void aKeyHasTheLengthOfItsTransform() {
        DataAttribute hmac = DataAttribute.variable(KeyPacket.TEK_INTEGRITY_KEY, new byte[65_535]);
        refused("65535 octets, 0 needed", null, List.of(saTek(SPI)), key(SPI, hmac));
        DataAttribute again = DataAttribute.variable(KeyPacket.TEK_ALGORITHM_KEY, new byte[36]);
        refused("twice", null, List.of(saTek(SPI)), key(SPI, again));
    }

    @Test
    void delaysAreBoundedBySixteenBits() {
        refused(
                "65535 at most",
                gap(DataAttribute.variable32(GroupAssociatedPolicy.ACTIVATION_TIME_DELAY, 0x10000)),
                List.of(saTek(SPI)),
                key(SPI));
    }

    @Test
    void timeBasedReplayIsWholeOrAbsent() {
        DataAttribute type = DataAttribute.basic(GroupAssociatedPolicy.D3P_TYPE, 129);
        DataAttribute window =
                DataAttribute.variable32(GroupAssociatedPolicy.D3P_WINDOW_SIZE, 1000);
        DataAttribute zero = DataAttribute.variable32(GroupAssociatedPolicy.D3P_WINDOW_SIZE, 0);
        DataAttribute epoch =
                DataAttribute.variable(GroupAssociatedPolicy.PSEUDOTIME_EPOCH, new byte[8]);
        DataAttribute late =
                DataAttribute.variable(GroupAssociatedPolicy.PSEUDOTIME, hex("00000001 000f4240"));
        List<SaTek> saTeks = List.of(saTek(SPI));
        refused("without a D3P type", gap(window), saTeks, key(SPI));
        refused("window of 4 octets above 0", gap(type, zero), saTeks, key(SPI));
        refused("pseudotime without", gap(type, window, epoch), saTeks, key(SPI));
        refused("1000000 microseconds", gap(type, window, late, epoch), saTeks, key(SPI));
        refused(
                "D3P type 2",
                gap(DataAttribute.basic(GroupAssociatedPolicy.D3P_TYPE, 2), window),
                saTeks,
                key(SPI));
    }
}
