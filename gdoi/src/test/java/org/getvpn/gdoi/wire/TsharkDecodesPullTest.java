// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.getvpn.gdoi.wire.Octets.join;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.Prf;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * Wireshark reads what we write. Our GROUPKEY-PULL follows, under its keys, a Phase 1 that others
 * made, since Wireshark learns cipher and cookies there. Wireshark 4.0 does not go behind a GAP
 * payload inside SA, calls attributes by IPsec's names and does not know PUSH-ACK; the rest is
 * compared.
 */
class TsharkDecodesPullTest {
    private static final int MESSAGE_ID = 0x0a0b0c0d;
    private static final byte[] MEMBER = hex("0a540802");
    private static final byte[] KEY_SERVER = hex("0a540801");
    private static final byte[] KEK_SPI = hex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    private static final byte[] KEK_KEY = new byte[32];
    private static final byte[] TEK_KEY = new byte[36];

    static {
        Arrays.fill(KEK_KEY, (byte) 0x5a);
        Arrays.fill(TEK_KEY, (byte) 0xc3);
    }

    @TempDir Path folder;

    @Test
    void theFourMessagesOfAPullDecode() throws Exception {
        GroupDownload download = download();
        List<List<Payload>> pull =
                List.of(
                        List.of(
                                Payload.of(PayloadType.NONCE, new byte[16]),
                                new Identification(IdentificationType.KEY_ID, 0, 0, hex("000004d2"))
                                        .write()),
                        List.of(
                                Payload.of(PayloadType.NONCE, new byte[32]),
                                GroupDownloadWriter.policy(
                                                download,
                                                address(KEY_SERVER, 848),
                                                address(MEMBER, 848))
                                        .write(SelectorIdentity.IdLength.ONE_OCTET)),
                        List.of(
                                new GroupAssociatedPolicy(
                                                List.of(
                                                        DataAttribute.basic(
                                                                GroupAssociatedPolicy
                                                                        .SENDER_ID_REQUEST,
                                                                1)))
                                        .write()),
                        List.of(
                                SequenceNumber.write(7),
                                GroupDownloadWriter.keys(download).write()));
        List<String> seen = decode(pull);

        assertContains(seen, "ID_KEY_ID: 000004d2");
        assertContains(seen, "Domain of interpretation: GDOI (2)");
        assertContains(seen, "SRC ID Data: 0a540801");
        assertContains(seen, "DST ID Data: 0a540802");
        assertContains(seen, "SPI: " + Octets.hex(KEK_SPI));
        assertContains(seen, "Payload: Group Associated Policy (22)");
        assertContains(seen, "Data Payload: 80030001");
        assertContains(seen, "Sequence Number: 7");
        assertContains(seen, "Number of Key Packets: 3");
        assertContains(seen, "Value: " + Octets.hex(KEK_KEY));
        assertContains(seen, "Value: " + Octets.hex(TEK_KEY));
        assertContains(seen, "SPI: 8228970d");
        assertEquals(4, seen.stream().filter(line -> line.contains("Hash DATA:")).count());
        for (String line : seen) {
            assertTrue(!line.contains("Malformed") && !line.contains("Invalid"), line);
        }
    }

    /**
     * Wireshark reads lengths of two octets in SA TEK, so this is that quirk's independent proof.
     */
    @Test
    void certificatesProofsKeyTreesAndManySelectorsDecode() throws Exception {
        List<SaTek> saTeks =
                new ArrayList<>(
                        GroupDownloadWriter.policy(
                                        manySelectors(),
                                        address(KEY_SERVER, 848),
                                        address(MEMBER, 848))
                                .saTeks());
        LkhDownloadArray path =
                new LkhDownloadArray(
                        List.of(
                                new LkhKey(4, 3, 0, 0, 1, new byte[32]),
                                new LkhKey(1, 3, 0, 0, 1, KEK_KEY)));
        KeyDownload keys =
                new KeyDownload(
                        List.of(new KeyPacket(KeyPacket.LKH, KEK_SPI, List.of(path.write()))));
        byte[] certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        Capture.octets("strongswan-ikev1/gm1.crt")))
                        .getEncoded();
        Payload cert = new Certificate(CertificateEncoding.X509_SIGNATURE, certificate).write();
        Payload proof = Payload.of(PayloadType.POP, new byte[256]);
        List<String> seen =
                decode(
                        List.of(
                                List.of(
                                        Payload.of(PayloadType.NONCE, new byte[16]),
                                        new Identification(
                                                        IdentificationType.IPV4_ADDR,
                                                        0,
                                                        0,
                                                        hex("ef010101"))
                                                .write()),
                                List.of(
                                        Payload.of(PayloadType.NONCE, new byte[32]),
                                        new GroupSecurityAssociation(null, null, saTeks)
                                                .write(SelectorIdentity.IdLength.TWO_OCTETS)),
                                List.of(cert, proof),
                                List.of(SequenceNumber.write(9), keys.write(), cert, proof)));
        assertContains(seen, "SRC ID Data: 0a010000ffff0000");
        assertContains(seen, "SRC ID Data: 20010db8000100000000000000000000ffffffffffff0000");
        assertEquals(4, seen.stream().filter(line -> line.contains("Payload: SA TEK")).count());
        assertEquals(2, seen.stream().filter(line -> line.contains("SPI: 8228970d")).count());
        assertEquals(2, seen.stream().filter(line -> line.contains("SPI: 8228970e")).count());
        assertContains(seen, "Payload: Proof of Possession (19)");
        assertContains(seen, "Type: LKH (3)");
        assertContains(seen, "Sequence Number: 9");
        for (String line : seen) {
            assertTrue(!line.contains("Malformed") && !line.contains("Invalid"), line);
        }
    }

    private static GroupDownload manySelectors() {
        IpPrefix four = IpPrefix.of(hex("0a010000"), 16);
        IpPrefix six = IpPrefix.of(hex("20010db8000100000000000000000000"), 48);
        List<TrafficSelector> both =
                List.of(
                        new TrafficSelector(four, four, 6, 0, 443),
                        new TrafficSelector(six, six, 0, 0, 0));
        return new GroupDownload(
                GroupId.number(1234),
                null,
                List.of(
                        tek(0x8228970d, "aes-cbc-256-hmac-sha256", both),
                        tek(0x8228970e, "aes-gmac-128", both)),
                0,
                0,
                List.of(),
                List.of(),
                9);
    }

    private static Tek tek(int spi, String transform, List<TrafficSelector> selectors) {
        EspTransform esp = EspTransform.named(transform).orElseThrow();
        return new Tek(
                Spi.of(spi),
                esp,
                SecretBytes.wrap(new byte[esp.keyOctets() + esp.saltOctets()]),
                SecretBytes.wrap(new byte[esp.integrityKeyOctets()]),
                3600,
                Tek.Direction.SYMMETRIC,
                selectors);
    }

    @Test
    void theAcknowledgementOfARekeyDecodes() throws Exception {
        PayloadChain chain =
                PayloadChain.of(
                        Payload.of(PayloadType.HASH, new byte[32]),
                        SequenceNumber.write(7),
                        new Identification(IdentificationType.IPV4_ADDR, 0, 0, MEMBER).write());
        byte[] header =
                new IsakmpHeader(
                                Arrays.copyOf(KEK_SPI, 8),
                                Arrays.copyOfRange(KEK_SPI, 8, 16),
                                chain.first(),
                                ExchangeType.GROUPKEY_PUSH_ACK,
                                0,
                                0,
                                IsakmpHeader.LENGTH + chain.octets().length)
                        .write();
        Path capture = folder.resolve("ack.pcap");
        Files.write(capture, pcap(List.of(join(header, chain.octets()))));
        List<String> seen = tshark(capture);
        assertContains(seen, "Sequence Number: 7");
        assertContains(seen, "ID_IPV4_ADDR: 10.84.8.2");
        for (String line : seen) {
            assertTrue(!line.contains("Malformed") && !line.contains("Invalid"), line);
        }
    }

    private static GroupDownload download() throws Exception {
        Kek kek =
                new Kek(
                        KEK_SPI,
                        Kek.ALGORITHM_AES_CBC,
                        SecretBytes.copyOf(KEK_KEY),
                        86_400,
                        Kek.SIGNATURE_HASH_SHA256,
                        Kek.SIGNATURE_RSA,
                        subjectPublicKey(),
                        0);
        Tek tek =
                new Tek(
                        Spi.of(0x8228970d),
                        EspTransform.AES_GCM_16_256,
                        SecretBytes.copyOf(TEK_KEY),
                        SecretBytes.copyOf(new byte[0]),
                        3600,
                        Tek.Direction.SYMMETRIC,
                        List.of(
                                new TrafficSelector(
                                        IpPrefix.of(hex("0a010000"), 16),
                                        IpPrefix.of(hex("0a000000"), 8),
                                        0,
                                        0,
                                        0)));
        return new GroupDownload(
                GroupId.number(1234),
                kek,
                List.of(tek),
                5,
                15,
                List.of(),
                List.of(new SenderId(3, 24)),
                7);
    }

    /** The key of the capture: any RSA key would do. */
    private static byte[] subjectPublicKey() throws IOException {
        String decoded = Capture.text("gdoid-psk/decoded.json");
        int at = decoded.indexOf("30820122300d06092a864886f70d0101");
        return hex(decoded.substring(at, decoded.indexOf('"', at)));
    }

    private static SelectorIdentity address(byte[] address, int port) {
        return new SelectorIdentity(IdentificationType.IPV4_ADDR, port, address);
    }

    /** Six messages of others' Phase 1, then ours. */
    private List<String> decode(List<List<Payload>> pull) throws Exception {
        List<byte[]> messages =
                new ArrayList<>(
                        Capture.datagrams("gdoid-psk/gdoid-psk-pull-push.doi1.pcap").subList(0, 6));
        byte[] cookies = Arrays.copyOf(messages.get(1), 16);
        IsakmpCipher cipher = new IsakmpCipher(IsakmpCipher.Algorithm.AES128, hex(decryptionKey()));
        byte[] last = messages.get(5);
        byte[] iv = cipher.laterIv(Prf.SHA1, cipher.lastBlock(last), MESSAGE_ID);
        for (List<Payload> payloads : pull) {
            List<Payload> all = new ArrayList<>();
            all.add(Payload.of(PayloadType.HASH, new byte[20]));
            all.addAll(payloads);
            byte[] sealed = cipher.encrypt(iv, PayloadChain.of(all).octets());
            iv = cipher.lastBlock(sealed);
            IsakmpHeader header =
                    new IsakmpHeader(
                            Arrays.copyOf(cookies, 8),
                            Arrays.copyOfRange(cookies, 8, 16),
                            PayloadType.HASH,
                            ExchangeType.GROUPKEY_PULL,
                            IsakmpHeader.FLAG_ENCRYPTED,
                            MESSAGE_ID,
                            IsakmpHeader.LENGTH + sealed.length);
            messages.add(join(header.write(), sealed));
        }
        Path capture = folder.resolve("pull.pcap");
        Files.write(capture, pcap(messages));
        List<String> lines = tshark(capture);
        int ours = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Frame 7:")) {
                ours = i;
            }
        }
        return lines.subList(ours, lines.size());
    }

    private static String decryptionKey() throws IOException {
        return Capture.text("gdoid-psk/ikev1_decryption_table").split(",")[1];
    }

    private static List<String> tshark(Path capture) throws IOException {
        return Tshark.run(
                line -> true,
                "-r",
                capture.toString(),
                "-V",
                "-d",
                "udp.port==848,isakmp",
                "-o",
                "uat:ikev1_decryption_table:" + Capture.text("gdoid-psk/ikev1_decryption_table"));
    }

    /** Raw IPv4 packets (link type 101), directions in turn as the exchange has them. */
    private static byte[] pcap(List<byte[]> datagrams) {
        WireWriter out = new WireWriter();
        out.bytes(hex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000065"));
        for (int i = 0; i < datagrams.size(); i++) {
            byte[] datagram = datagrams.get(i);
            int udp = 8 + datagram.length;
            out.u32(i).u32(0).u32(20 + udp).u32(20 + udp);
            out.bytes(hex("4500")).u16(20 + udp).bytes(hex("0000 4000 4011 0000"));
            out.bytes(i % 2 == 0 ? MEMBER : KEY_SERVER);
            out.bytes(i % 2 == 0 ? KEY_SERVER : MEMBER);
            out.u16(848).u16(848).u16(udp).u16(0).bytes(datagram);
        }
        return out.toByteArray();
    }

    private static void assertContains(List<String> lines, String wanted) {
        assertTrue(
                lines.stream().anyMatch(line -> line.contains(wanted)),
                () -> wanted + " is not in\n" + String.join("\n", lines));
    }
}
