// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.RekeyMessage;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.wire.Capture;
import org.getvpn.gdoi.wire.ExchangeType;
import org.getvpn.gdoi.wire.GroupDownloadReader;
import org.getvpn.gdoi.wire.GroupSecurityAssociation;
import org.getvpn.gdoi.wire.IsakmpHeader;
import org.getvpn.gdoi.wire.KeyDownload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;
import org.getvpn.gdoi.wire.Quirk;
import org.getvpn.gdoi.wire.SequenceNumber;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cisco's gdoid in a group with this project's programs, as it went over the wire, with the secrets
 * that gdoid logged. Both ends are held to what the other one derived.
 *
 * <pre>
 * HDR, SA / HDR, KE, Ni / HDR*, IDii, HASH_I     --&gt;   &lt;--  the same of the responder
 * HDR*, HASH(1), Ni, ID                          --&gt;   &lt;--  HDR*, HASH(2), Nr, SA
 * HDR*, HASH(3), GAP                             --&gt;   &lt;--  HDR*, HASH(4), SEQ, KD
 *                                                      &lt;--  HDR*, SEQ, SA, KD, SIG ...
 * </pre>
 */
class GdoidLiveCaptureTest {
    private static final Endpoint KEY_SERVER = Lab.endpoint("192.0.2.1", 848);
    private static final Endpoint MEMBER = Lab.endpoint("192.0.2.2", 848);
    private static final Set<Quirk> QUIRKS =
            EnumSet.of(Quirk.BARE_HASH_SIGNATURE, Quirk.FOREIGN_KEK_SPI);
    private static final GroupId GROUP = GroupId.number(1234);

    private List<byte[]> phaseOne;
    private List<byte[]> pull;
    private List<byte[]> pushes;
    private PhaseOneKeys keys;
    private PayloadChain[] opened;

    private void open(String name) throws Exception {
        List<byte[]> all = Capture.datagrams("gdoid-live/" + name + ".pcap");
        phaseOne = ofExchange(all, ExchangeType.MAIN);
        pull = ofExchange(all, ExchangeType.GROUPKEY_PULL);
        pushes = ofExchange(all, ExchangeType.GROUPKEY_PUSH);
        assertEquals(6, phaseOne.size());
        assertEquals(4, pull.size());
        String[] secrets = Capture.text("gdoid-live/" + name + ".secrets").split("\\s+");
        byte[] cookies = Arrays.copyOf(phaseOne.get(1), 16);
        PayloadChain initiator = clear(phaseOne.get(2));
        PayloadChain responder = clear(phaseOne.get(3));
        keys =
                PhaseOneKeys.ofPreSharedKey(
                        Prf.SHA1,
                        SecretBytes.copyOf(secrets[0].getBytes(StandardCharsets.US_ASCII)),
                        body(initiator, PayloadType.NONCE),
                        body(responder, PayloadType.NONCE),
                        cookies,
                        SecretBytes.copyOf(octets(secrets[1])));
        IsakmpCipher cipher = keys.cipher(IsakmpCipher.Algorithm.AES128);
        opened = new PayloadChain[4];
        byte[] iv =
                cipher.laterIv(
                        Prf.SHA1, lastBlock(phaseOne.get(5)), messageId(pull.get(0)).getInt());
        for (int i = 0; i < 4; i++) {
            byte[] datagram = pull.get(i);
            byte[] sealed = Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length);
            opened[i] =
                    PayloadChain.read(
                            IsakmpHeader.read(datagram).first(),
                            cipher.decrypt(iv, sealed),
                            PayloadChain.Padding.ALLOWED);
            iv = lastBlock(datagram);
        }
    }

    @ParameterizedTest
    @CsvSource({"gdoid-as-member", "gdoid-as-key-server"})
    void everyMessageOfThePullCarriesTheHashThatTheOtherEndExpects(String name) throws Exception {
        open(name);
        byte[] messageId = messageId(pull.get(0)).array();
        byte[] ni = body(opened[0], PayloadType.NONCE);
        byte[] nr = body(opened[1], PayloadType.NONCE);
        byte[] both = ByteBuffer.allocate(ni.length + nr.length).put(ni).put(nr).array();
        byte[][] nonces = {{}, ni, both, both};
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(
                    body(opened[i], PayloadType.HASH),
                    keys.authenticate(messageId, nonces[i], opened[i].octetsFrom(1)),
                    "HASH(" + (i + 1) + ")");
        }
    }

    /** Rollovers of TEKs, and of the KEK once at least; what is left out belongs to no KEK. */
    @ParameterizedTest
    @CsvSource({"gdoid-as-member, 3", "gdoid-as-key-server, 2"})
    void theRekeysBringTeksAndKeksOneAfterTheOther(String name, int teks) throws Exception {
        open(name);
        GroupDownload download =
                GroupDownloadReader.read(
                        GROUP,
                        GroupSecurityAssociation.read(body(opened[1], PayloadType.SA)),
                        KeyDownload.read(body(opened[3], PayloadType.KD)),
                        SequenceNumber.read(body(opened[3], PayloadType.SEQ)),
                        QUIRKS);
        RekeyReceiver member = new RekeyReceiver(GROUP, QUIRKS);
        member.install(download.kek().orElseThrow(), download.sequence());
        Set<Object> spis = new HashSet<>();
        List<RekeyMessage> messages = new ArrayList<>();
        for (byte[] push : pushes) {
            Outcome outcome =
                    member.receive(new Datagram(MEMBER, KEY_SERVER, push), Ticks.ofNanos(0));
            assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict(), outcome.reason());
            messages.add(((RekeyReceived) outcome.facts().get(0)).message());
        }
        messages.forEach(
                message ->
                        message.download()
                                .ifPresent(
                                        told ->
                                                told.teks().stream()
                                                        .map(Tek::spi)
                                                        .forEach(spis::add)));
        assertTrue(spis.size() >= teks, spis.toString());
        assertTrue(
                messages.stream()
                        .anyMatch(m -> m.download().filter(d -> d.kek().isPresent()).isPresent()));
    }

    private static List<byte[]> ofExchange(List<byte[]> datagrams, ExchangeType type) {
        return datagrams.stream()
                .filter(datagram -> datagram[18] == type.number())
                .collect(Collectors.toList());
    }

    private static PayloadChain clear(byte[] datagram) throws Exception {
        return PayloadChain.read(
                IsakmpHeader.read(datagram).first(),
                Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length),
                PayloadChain.Padding.NONE);
    }

    private static byte[] body(PayloadChain chain, PayloadType type) throws Exception {
        return chain.atMostOne(type).orElseThrow().body();
    }

    private static ByteBuffer messageId(byte[] datagram) {
        return ByteBuffer.wrap(Arrays.copyOfRange(datagram, 20, 24));
    }

    private static byte[] lastBlock(byte[] datagram) {
        return Arrays.copyOfRange(datagram, datagram.length - 16, datagram.length);
    }

    private static byte[] octets(String digits) {
        byte[] octets = new byte[digits.length() / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return octets;
    }
}
