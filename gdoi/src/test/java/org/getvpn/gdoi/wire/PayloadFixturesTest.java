// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.junit.jupiter.api.Test;

/** Payloads octet by octet, as the RFCs draw them. */
class PayloadFixturesTest {
    /** RFC 2408, sections 3.4 to 3.6: AES-256, SHA-256, pre-shared key, ECP-256, one hour. */
    static final byte[] PHASE_ONE_SA =
            hex(
                    "00000002", // DOI: GDOI
                    "00000000", // situation
                    "00 00 002c", // Proposal: the last one, RESERVED, length 44
                    "01 01 00 01", // number 1, PROTO_ISAKMP, no SPI, one transform
                    "00 00 0024", // Transform: the last one, RESERVED, length 36
                    "01 01 0000", // number 1, KEY_IKE, RESERVED2
                    "8001 0007", // encryption algorithm: AES-CBC
                    "800e 0100", // key length: 256
                    "8002 0004", // hash algorithm: SHA2-256
                    "8003 0001", // authentication method: pre-shared key
                    "8004 0013", // group description: 19
                    "800b 0001", // life type: seconds
                    "800c 0e10"); // life duration: 3600

    private static final String SPI_OF_KEK = "00112233445566778899aabbccddeeff";

    /** RFC 6407, sections 5.2 to 5.5: SA KEK, GAP and two SA TEKs that share one SPI. */
    static final byte[] GROUP_SA =
            hex(
                    "00000002", // DOI: GDOI
                    "00000000", // situation
                    "000f 0000", // the first payload inside is SA KEK, RESERVED2
                    "16 00 0041", // SA KEK: GAP follows, RESERVED, length 65
                    "11", // rekeys travel over UDP
                    "01 0350 04 0aff0001", // SRC: IPv4 address, port 848, 4 octets
                    "01 0350 04 0a010002", // DST: IPv4 address, port 848, 4 octets
                    SPI_OF_KEK,
                    "00000000", // RESERVED2
                    "8002 0003", // KEK_ALGORITHM: AES
                    "8003 0080", // KEK_KEY_LENGTH: 128
                    "0004 0004 00015180", // KEK_KEY_LIFETIME: 86400
                    "8005 0003", // SIG_HASH_ALGORITHM: SHA-256
                    "8006 0001", // SIG_ALGORITHM: RSA
                    "10 00 000c", // GAP: SA TEK follows, RESERVED, length 12
                    "8001 0005", // ACTIVATION_TIME_DELAY: 5
                    "8002 000f", // DEACTIVATION_TIME_DELAY: 15
                    "10 00 0033", // SA TEK: another follows, RESERVED, length 51
                    "01", // ESP
                    "00", // any IP protocol
                    "04 0000 08 0a010000ffff0000", // SRC: 10.1.0.0/16, any port
                    "04 0000 08 0a000000ff000000", // DST: 10.0.0.0/8, any port
                    "14", // AES-GCM with an ICV of 16 octets
                    "8228970d", // SPI
                    "8001 0001", // life type: seconds
                    "8002 0e10", // life duration: 3600
                    "8004 0001", // encapsulation mode: tunnel
                    "8006 0100", // key length: 256
                    "00 00 0033", // SA TEK: the last one
                    "01 06", // ESP, for TCP
                    "04 0000 08 c0a80000ffff0000", // SRC: 192.168.0.0/16
                    "04 01bb 08 0a000000ff000000", // DST: 10.0.0.0/8 port 443
                    "14 8228970d 8001 0001 8002 0e10 8004 0001 8006 0100");

    /** The same policy as some implementations write it. */
    static final byte[] GROUP_SA_TWO_OCTETS =
            hex(
                    "00000002 00000000 0010 0000",
                    "00 00 0035 01 00", // SA TEK of 53 octets
                    "04 0000 0008 0a010000ffff0000", // the length of 8 takes two octets
                    "04 0000 0008 0a000000ff000000",
                    "14 8228970d 8001 0001 8002 0e10 8004 0001 8006 0100");

    /** RFC 6407, section 5.6: the keys for {@link #GROUP_SA}. */
    static final byte[] KEY_DOWNLOAD =
            hex(
                    "0003 0000", // three key packets, RESERVED2
                    "02 00 0041 10", // KEK, RESERVED, length 65, SPI of 16 octets
                    SPI_OF_KEK,
                    "0001 0020", // KEK_ALGORITHM_KEY: 32 octets
                    "000102030405060708090a0b0c0d0e0f", // IV
                    "101112131415161718191a1b1c1d1e1f", // key
                    "0002 0004 30820122", // SIG_ALGORITHM_KEY (the start of one)
                    "01 00 0031 04 8228970d", // TEK, RESERVED, length 49, SPI of 4 octets
                    "0001 0024", // TEK_ALGORITHM_KEY: 36 octets
                    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", // key
                    "40414243", // salt
                    "04 00 0015 00", // SID, RESERVED, length 21, no SPI
                    "8001 0018", // NUMBER_OF_SID_BITS: 24
                    "0002 0004 00000001", // SID_VALUE
                    "8002 0002"); // SID_VALUE, basic: either form is read

    /** RFC 2408, section 3.15; RFC 6407, section 5.9. */
    static final byte[] DELETE =
            hex(
                    "00000002", // DOI: GDOI
                    "01 04 0002", // ESP, SPIs of 4 octets, two of them
                    "8228970d 15495b73");

    /** RFC 2408, section 3.14. */
    static final byte[] NOTIFICATION =
            hex(
                    "00000002", // DOI: GDOI
                    "01 10 000e", // PROTO_ISAKMP, SPI of 16 octets, NO-PROPOSAL-CHOSEN
                    "0001020304050607 08090a0b0c0d0e0f", // the cookies
                    "6e6f"); // data

    private static final String LKH_KEY_DATA =
            "000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f";

    /** RFC 6407, section 5.6.3.1: a leaf and the root. */
    static final byte[] LKH_DOWNLOAD =
            hex(
                    "01 0002 00", // version 1, two keys, RESERVED
                    "0005 03 00", // leaf 5, AES, RESERVED
                    "65000000 65015180 00000001", // created, expires, handle 1
                    LKH_KEY_DATA, // IV and key
                    "0001 03 00", // node 1: the root
                    "65000000 65015180 00000007",
                    LKH_KEY_DATA);

    /** RFC 6407, section 5.6.3.2: a new root for those who have leaf 5. */
    static final byte[] LKH_UPDATE =
            hex(
                    "01 0001 00", // version 1, one key, RESERVED
                    "0005 0000 00000001", // encrypted under node 5, RESERVED2, handle 1
                    "0001 03 00", // node 1
                    "65000000 65015180 00000008", // created, expires, handle 8
                    LKH_KEY_DATA);

    private static final GroupId GROUP = GroupId.number(1234);

    @Test
    void aPhaseOneSaOffersTransformsInOrder() throws MalformedPayload {
        SecurityAssociation offer = SecurityAssociation.read(PHASE_ONE_SA);
        assertEquals(Doi.GDOI, offer.doi());
        assertEquals(1, offer.proposalNumber());
        Transform transform = offer.transforms().get(0);
        assertEquals(Transform.KEY_IKE, transform.id());
        assertEquals(DataAttribute.basic(14, 256), transform.attributes().get(1));
    }

    @Test
    void aDownloadSaysWhatItsOctetsSay() throws MalformedPayload {
        GroupDownload download = downloadOfFixtures();
        assertEquals(5, download.activationDelaySeconds());
        assertEquals(15, download.deactivationDelaySeconds());
        assertEquals(List.of(new SenderId(1, 24), new SenderId(2, 24)), download.senderIds());
        Kek kek = download.kek().orElseThrow();
        assertArrayEquals(hex(SPI_OF_KEK), kek.spi());
        assertEquals(86400, kek.remainingSeconds());
        assertEquals(32, kek.ivAndKey().length());
        assertEquals(1, download.teks().size(), "two SA TEKs, one SPI, one key");
        Tek tek = download.teks().get(0);
        assertEquals(Spi.of(0x8228970d), tek.spi());
        assertEquals(EspTransform.AES_GCM_16_256, tek.transform());
        assertEquals(3600, tek.remainingSeconds());
        IpPrefix ten = IpPrefix.of(hex("0a000000"), 8);
        assertEquals(
                List.of(
                        new TrafficSelector(IpPrefix.of(hex("0a010000"), 16), ten, 0, 0, 0),
                        new TrafficSelector(IpPrefix.of(hex("c0a80000"), 16), ten, 6, 0, 443)),
                tek.selectors());
        assertEquals(
                SecretBytes.copyOf(
                        hex(
                                "202122232425262728292a2b2c2d2e2f",
                                "303132333435363738393a3b3c3d3e3f",
                                "40414243")),
                tek.cipherKey());
    }

    @Test
    void theTwoOctetFormIsRecognisedAndKeptWhereItIsTolerated() throws MalformedPayload {
        Set<Quirk> quirk = Set.of(Quirk.TWO_OCTET_ID_LENGTH);
        GroupSecurityAssociation policy = GroupSecurityAssociation.read(GROUP_SA_TWO_OCTETS, quirk);
        assertEquals(SelectorIdentity.IdLength.TWO_OCTETS, policy.idLength());
        assertArrayEquals(hex("0a010000ffff0000"), policy.saTeks().get(0).source().data());
        assertThrows(
                MalformedPayload.class,
                () ->
                        GroupSecurityAssociation.read(
                                GROUP_SA_TWO_OCTETS, Set.of(Quirk.FOREIGN_KEK_SPI)));
        assertEquals(
                SelectorIdentity.IdLength.ONE_OCTET,
                GroupSecurityAssociation.read(GROUP_SA, quirk).idLength());
    }

    @Test
    void aTekWithoutItsKeyIsRefusedByName() throws MalformedPayload {
        KeyDownload keys = new KeyDownload(KeyDownload.read(KEY_DOWNLOAD).packets().subList(0, 1));
        GroupSecurityAssociation policy = GroupSecurityAssociation.read(GROUP_SA);
        assertRefused("0x8228970d", () -> GroupDownloadReader.read(GROUP, policy, keys, 0));
    }

    @Test
    void aKekAttributeThatNoOneKnowsEndsTheRegistration() throws MalformedPayload {
        byte[] sa = GROUP_SA.clone();
        sa[12 + 4 + 1 + 16 + 16 + 4 + 1] = 77; // KEK_ALGORITHM becomes attribute 77
        assertRefused(
                "attribute 77",
                () ->
                        GroupDownloadReader.read(
                                GROUP,
                                GroupSecurityAssociation.read(sa),
                                KeyDownload.read(KEY_DOWNLOAD),
                                0));
    }

    @Test
    void transportModeIsRefused() {
        byte[] sa = GROUP_SA.clone();
        String text = new String(sa, StandardCharsets.ISO_8859_1);
        String tunnel = new String(hex("80040001"), StandardCharsets.ISO_8859_1);
        String transport = new String(hex("80040002"), StandardCharsets.ISO_8859_1);
        byte[] changed = text.replace(tunnel, transport).getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(
                "tunnel",
                () ->
                        GroupDownloadReader.read(
                                GROUP,
                                GroupSecurityAssociation.read(changed),
                                KeyDownload.read(KEY_DOWNLOAD),
                                0));
    }

    @Test
    void trafficRulesKeepTheirOrderThroughTheWire() throws MalformedPayload {
        assertEquals(
                Samples.rules(),
                TrafficRuleList.read(TrafficRuleList.write(Samples.rules()).value()));
        assertArrayEquals(
                hex(
                        "01 00 0003", // version 1, reserved, three rules
                        "02 04 11 10 08 00", // BYPASS, IPv4, UDP, /16, /8, reserved
                        "0000 007b", // any source port, destination port 123
                        "0a010000 0a000000", // 10.1.0.0, 10.0.0.0
                        "03 06 06 20 20 00", // DROP, IPv6, TCP, /32, /32, reserved
                        "0000 0017", // any source port, destination port 23
                        "20010db8000000000000000000000000",
                        "20010db8000000000000000000000000",
                        "01 04 00 08 08 00", // PROTECT, IPv4, any protocol, /8, /8, reserved
                        "0000 0000 0a000000 0a000000"),
                TrafficRuleList.write(Samples.rules()).value());
    }

    @Test
    void lkhArraysNameNodesFromTheLeafToTheRoot() throws MalformedPayload {
        LkhDownloadArray path = LkhDownloadArray.read(LKH_DOWNLOAD, 32);
        assertEquals(5, path.keys().get(0).id());
        assertEquals(1, path.keys().get(1).id());
        assertEquals(7, path.keys().get(1).handle());
        LkhUpdateArray update = LkhUpdateArray.read(LKH_UPDATE, 32);
        assertEquals(5, update.id());
        assertEquals(8, update.keys().get(0).handle());
        assertEquals("[LKH key 1/8]", update.keys().toString());
        assertThrows(MalformedPayload.class, () -> LkhUpdateArray.read(LKH_UPDATE, 48));
    }

    @Test
    void keysDoNotShowInAnyText() throws MalformedPayload {
        KeyDownload keys = KeyDownload.read(KEY_DOWNLOAD);
        String shown =
                keys
                        + " "
                        + keys.packets()
                        + " "
                        + keys.packets().get(0).attributes()
                        + " "
                        + downloadOfFixtures().teks()
                        + keys.write();
        assertTrue(!shown.contains("1011121314") && !shown.contains("2021222324"), shown);
    }

    private static GroupDownload downloadOfFixtures() throws MalformedPayload {
        return GroupDownloadReader.read(
                GROUP, GroupSecurityAssociation.read(GROUP_SA), KeyDownload.read(KEY_DOWNLOAD), 0);
    }

    private static void assertRefused(
            String word, org.junit.jupiter.api.function.Executable reading) {
        MalformedPayload refusal = assertThrows(MalformedPayload.class, reading);
        assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
}
