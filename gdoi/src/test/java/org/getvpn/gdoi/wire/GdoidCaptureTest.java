// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.getvpn.gdoi.wire.Octets.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.RekeyCipher;
import org.getvpn.gdoi.crypto.RekeySignature;
import org.getvpn.gdoi.crypto.RsaForm;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Cisco's GDOI reference implementation talking to itself: Main Mode with a pre-shared key, one
 * GROUPKEY-PULL and five GROUPKEY-PUSH, one of which changes the KEK and one of which deletes.
 *
 * <pre>
 *   member 10.84.8.2                                       key server 10.84.8.1
 *    0  SA                                  --&gt;
 *    1                                      &lt;--            SA
 *    2  KE, Ni                              --&gt;
 *    3                                      &lt;--            KE, Nr
 *    4  HDR*, IDii, HASH_I, N               --&gt;
 *    5                                      &lt;--            HDR*, IDir, HASH_R, N
 *    6  HDR*, HASH(1), Ni, ID               --&gt;
 *    7                                      &lt;--            HDR*, HASH(2), Nr, SA
 *    8  HDR*, HASH(3), GAP                  --&gt;
 *    9                                      &lt;--            HDR*, HASH(4), SEQ, KD
 *   10 to 13                                &lt;-- multicast  HDR*, SEQ, SA, KD, SIG
 *   14                                      &lt;-- multicast  HDR*, SEQ, D, SIG
 * </pre>
 */
class GdoidCaptureTest {
    private static final GroupId GROUP = GroupId.number(1234);

    private List<byte[]> datagrams;
    private PayloadChain[] phaseOne;
    private PhaseOneKeys keys;
    private IsakmpCipher cipher;

    @BeforeEach
    void deriveTheKeysFromTheSecrets() throws Exception {
        datagrams = Capture.datagrams("gdoid-psk/gdoid-psk-pull-push.pcap");
        phaseOne = new PayloadChain[6];
        for (int i = 0; i < 4; i++) {
            phaseOne[i] = clear(datagrams.get(i));
        }
        byte[] cookies = Arrays.copyOf(datagrams.get(1), 16);
        keys =
                PhaseOneKeys.ofPreSharedKey(
                        Prf.SHA1,
                        SecretBytes.copyOf("mekmitasdigoat".getBytes(StandardCharsets.US_ASCII)),
                        body(phaseOne[2], PayloadType.NONCE),
                        body(phaseOne[3], PayloadType.NONCE),
                        cookies,
                        SecretBytes.copyOf(hex(Capture.text("gdoid-psk/gxy.hex"))));
        cipher = keys.cipher(IsakmpCipher.Algorithm.AES128);
        byte[] iv =
                cipher.firstIv(
                        Prf.SHA1,
                        body(phaseOne[2], PayloadType.KE),
                        body(phaseOne[3], PayloadType.KE));
        phaseOne[4] = decrypted(datagrams.get(4), iv);
        phaseOne[5] = decrypted(datagrams.get(5), lastBlock(4));
    }

    @Test
    void phaseOneOffersAesWithDoiTwoAndTheAnswerRepeatsIt() throws Exception {
        SecurityAssociation offer = SecurityAssociation.read(body(phaseOne[0], PayloadType.SA));
        assertEquals(Doi.GDOI, offer.doi());
        assertEquals(0, offer.situation());
        assertEquals(1, offer.transforms().size());
        assertArrayEquals(body(phaseOne[0], PayloadType.SA), body(phaseOne[1], PayloadType.SA));
        assertArrayEquals(body(phaseOne[0], PayloadType.SA), offer.write().body());
    }

    @Test
    void bothEndsProveThePreSharedKey() throws Exception {
        byte[] gxi = body(phaseOne[2], PayloadType.KE);
        byte[] gxr = body(phaseOne[3], PayloadType.KE);
        byte[] offer = body(phaseOne[0], PayloadType.SA);
        byte[] cookies = Arrays.copyOf(datagrams.get(1), 16);
        byte[] turned = join(Arrays.copyOfRange(cookies, 8, 16), Arrays.copyOfRange(cookies, 0, 8));
        byte[] idii = body(phaseOne[4], PayloadType.ID);
        byte[] idir = body(phaseOne[5], PayloadType.ID);
        byte[] skeyid = skeyid();
        assertArrayEquals(
                body(phaseOne[4], PayloadType.HASH),
                Prf.SHA1.compute(skeyid, gxi, gxr, cookies, offer, idii));
        assertArrayEquals(
                body(phaseOne[5], PayloadType.HASH),
                Prf.SHA1.compute(skeyid, gxr, gxi, turned, offer, idir));
        assertEquals(
                NotifyType.INITIAL_CONTACT,
                Notification.read(body(phaseOne[4], PayloadType.NOTIFY)).type());
        assertArrayEquals(hex("0a540802"), Identification.read(idii).data());
        assertArrayEquals(hex("0a540801"), Identification.read(idir).data());
    }

    @Test
    void everyMessageOfThePullCarriesItsHash() throws Exception {
        PayloadChain[] pull = pull();
        byte[] messageId = Arrays.copyOfRange(datagrams.get(6), 20, 24);
        byte[] ni = body(pull[0], PayloadType.NONCE);
        byte[] nr = body(pull[1], PayloadType.NONCE);
        byte[][] nonces = {{}, ni, join(ni, nr), join(ni, nr)};
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(
                    body(pull[i], PayloadType.HASH),
                    keys.authenticate(messageId, nonces[i], pull[i].octetsFrom(1)),
                    "HASH(" + (i + 1) + ")");
        }
    }

    @Test
    void theMemberAsksForGroup1234AndSenderIds() throws Exception {
        PayloadChain[] pull = pull();
        Identification group = Identification.read(body(pull[0], PayloadType.ID));
        assertEquals(IdentificationType.KEY_ID, group.type());
        assertArrayEquals(hex("000004d2"), group.data());
        GroupAssociatedPolicy wish = GroupAssociatedPolicy.read(body(pull[2], PayloadType.GAP));
        assertEquals(
                List.of(DataAttribute.basic(GroupAssociatedPolicy.SENDER_ID_REQUEST, 0)),
                wish.attributes());
    }

    @Test
    void policyAndKeysOfThePullAreThoseThatTheKeyServerLogged() throws Exception {
        PayloadChain[] pull = pull();
        GroupSecurityAssociation policy =
                GroupSecurityAssociation.read(body(pull[1], PayloadType.SA));
        KeyDownload download = KeyDownload.read(body(pull[3], PayloadType.KD));
        assertEquals(SelectorIdentity.IdLength.ONE_OCTET, policy.idLength());

        SaKek saKek = policy.saKek().orElseThrow();
        assertEquals(17, saKek.protocol());
        assertEquals(
                new SelectorIdentity(IdentificationType.IPV4_ADDR, 848, hex("0a540801")),
                saKek.source());
        assertEquals(
                new SelectorIdentity(IdentificationType.IPV4_ADDR, 848, hex("ef0a0101")),
                saKek.destination());
        assertArrayEquals(hex("030493c99cffe81483050082c593c3ec"), saKek.spi());
        assertEquals(2, policy.saTeks().size());

        assertEquals(0, SequenceNumber.read(body(pull[3], PayloadType.SEQ)), "no rekey so far");
        KeyPacket kek = download.packets(KeyPacket.KEK).get(0);
        assertArrayEquals(saKek.spi(), kek.spi());
        assertArrayEquals(
                hex("2db937c04229fd50fc2816d916a2bd7b504029e0f45ac227bed3cbb8880cb49f"),
                kek.required(KeyPacket.KEK_ALGORITHM_KEY).value());
        KeyPacket tek = download.packets(KeyPacket.TEK).get(0);
        assertArrayEquals(hex("8228970d"), tek.spi());
        assertArrayEquals(
                hex("d70d08486c28a488102c87b2f5d9d226"),
                tek.required(KeyPacket.TEK_ALGORITHM_KEY).value());
        assertEquals(
                16,
                download.packets(KeyPacket.SID)
                        .get(0)
                        .required(KeyPacket.NUMBER_OF_SID_BITS)
                        .number());
    }

    @Test
    void theDownloadOfThePullIsWhatTheKeyServerIsConfiguredFor() throws Exception {
        PayloadChain[] pull = pull();
        GroupDownload download =
                GroupDownloadReader.read(
                        GROUP,
                        GroupSecurityAssociation.read(body(pull[1], PayloadType.SA)),
                        KeyDownload.read(body(pull[3], PayloadType.KD)),
                        0);
        assertEquals(5, download.activationDelaySeconds());
        assertEquals(10, download.deactivationDelaySeconds());
        assertEquals(List.of(new SenderId(0, 16)), download.senderIds());
        assertEquals(2, download.teks().size());
        Tek cbc = download.teks().get(0);
        assertEquals(12, cbc.transform().transformId());
        assertEquals(2, cbc.transform().authenticationAlgorithm());
        assertEquals(20, cbc.integrityKey().length());
        Tek gcm = download.teks().get(1);
        assertEquals(EspTransform.AES_GCM_16_128, gcm.transform());
        assertEquals(Spi.of(0x15495b73), gcm.spi());
        assertEquals(
                SecretBytes.copyOf(hex("27d34826b2c1fe879b82fc61e7509c8b1dd4e14c")),
                gcm.cipherKey());
        Kek kek = download.kek().orElseThrow();
        assertEquals(20, kek.remainingSeconds());
    }

    @Test
    void everyPushDecryptsUnderItsKekAndItsSignatureIsGood() throws Exception {
        List<Long> sequence = new ArrayList<>();
        for (Push push : pushes()) {
            sequence.add(SequenceNumber.read(body(push.chain, PayloadType.SEQ)));
            byte[] signed =
                    join(
                            push.header
                                    .withLength(IsakmpHeader.LENGTH + push.chain.octets().length)
                                    .write(),
                            withoutLast(push.chain));
            assertTrue(push.verifies(signed), "push " + sequence.size());
            signed[signed.length - 1] ^= 1;
            assertFalse(push.verifies(signed), "one bit of push " + sequence.size());
        }
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), sequence);
    }

    @Test
    void thePushSignatureCoversTheLengthWithoutPadding() throws Exception {
        for (Push push : pushes()) {
            byte[] padded = join(push.header.write(), withoutLast(push.chain));
            assertFalse(push.verifies(padded));
        }
    }

    @Test
    void aKeyOfAnotherSpiThanThePolicyNeedsTheQuirk() throws Exception {
        PayloadChain rollover = pushes().get(2).chain;
        GroupSecurityAssociation policy =
                GroupSecurityAssociation.read(body(rollover, PayloadType.SA));
        KeyDownload download = KeyDownload.read(body(rollover, PayloadType.KD));
        MalformedPayload refusal =
                assertThrows(
                        MalformedPayload.class,
                        () -> GroupDownloadReader.read(GROUP, policy, download, 3));
        assertTrue(refusal.getMessage().contains("SPI"), refusal.getMessage());
        GroupDownload accepted =
                GroupDownloadReader.read(
                        GROUP, policy, download, 3, EnumSet.of(Quirk.FOREIGN_KEK_SPI));
        assertArrayEquals(
                hex("284adc15c9ebd46fdfd6b7ba4f306f8d"), accepted.kek().orElseThrow().spi());
    }

    @Test
    void theLastPushDeletesAllEightSecurityAssociations() throws Exception {
        Delete delete = Delete.read(body(pushes().get(4).chain, PayloadType.DELETE));
        assertEquals(Delete.PROTOCOL_ESP, delete.protocol());
        assertEquals(4, delete.spiSize());
        assertEquals(8, delete.spis().size());
        assertArrayEquals(hex("8228970d"), delete.spis().get(0));
        assertArrayEquals(hex("0231eb5b"), delete.spis().get(7));
    }

    @Test
    void everyMessageFollowsTheGrammar() throws Exception {
        MessageRule[] rules = {
            MessageRule.MAIN_MODE_1_2,
            MessageRule.MAIN_MODE_1_2,
            MessageRule.MAIN_MODE_3_4,
            MessageRule.MAIN_MODE_3_4,
            MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY,
            MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY,
            MessageRule.PULL_1,
            MessageRule.PULL_2,
            MessageRule.PULL_3,
            MessageRule.PULL_4
        };
        List<PayloadChain> messages = new ArrayList<>(Arrays.asList(phaseOne));
        messages.addAll(Arrays.asList(pull()));
        for (int i = 0; i < rules.length; i++) {
            rules[i].verify(IsakmpHeader.read(datagrams.get(i)), messages.get(i));
        }
        for (Push push : pushes()) {
            MessageRule.PUSH.verify(push.header, push.chain);
        }
    }

    @Test
    void everyPayloadIsWrittenBackAsItWasRead() throws Exception {
        List<PayloadChain> all = new ArrayList<>(Arrays.asList(phaseOne));
        all.addAll(Arrays.asList(pull()));
        for (Push push : pushes()) {
            all.add(push.chain);
        }
        int count = 0;
        for (PayloadChain chain : all) {
            List<Payload> rewritten = new ArrayList<>();
            for (Payload payload : chain.payloads()) {
                rewritten.add(Rewriting.rewritten(payload));
                count++;
            }
            assertArrayEquals(chain.octets(), PayloadChain.of(rewritten).octets());
        }
        assertEquals(42, count, "12 in Phase 1, 11 in the pull, 19 in the pushes");
    }

    private PayloadChain[] pull() throws Exception {
        byte[] iv =
                cipher.laterIv(
                        Prf.SHA1, lastBlock(5), ByteBuffer.wrap(datagrams.get(6)).getInt(20));
        PayloadChain[] pull = new PayloadChain[4];
        for (int i = 0; i < 4; i++) {
            pull[i] = decrypted(datagrams.get(6 + i), iv);
            iv = lastBlock(6 + i);
        }
        return pull;
    }

    /** Decrypts each push under the KEK that the message before it, or the pull, announced. */
    private List<Push> pushes() throws Exception {
        PayloadChain[] pull = pull();
        Kek kek =
                kek(
                        body(pull[1], PayloadType.SA),
                        body(pull[3], PayloadType.KD),
                        Set.of(Quirk.FOREIGN_KEK_SPI));
        List<Push> pushes = new ArrayList<>();
        for (byte[] datagram : datagrams.subList(10, 15)) {
            IsakmpHeader header = IsakmpHeader.read(datagram);
            assertEquals(ExchangeType.GROUPKEY_PUSH, header.exchange());
            assertArrayEquals(kek.spi(), Arrays.copyOf(datagram, 16), "cookies = SPI");
            byte[] sealed = Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length);
            PayloadChain chain =
                    PayloadChain.read(
                            header.first(),
                            RekeyCipher.of(kek).decrypt(sealed),
                            PayloadChain.Padding.ALLOWED);
            pushes.add(new Push(header, chain, kek));
            if (chain.find(PayloadType.KD).isPresent()) {
                kek =
                        kek(
                                body(chain, PayloadType.SA),
                                body(chain, PayloadType.KD),
                                Set.of(Quirk.FOREIGN_KEK_SPI));
            }
        }
        return pushes;
    }

    /** The KEK alone: the policy of this capture also has a TEK that we do not speak. */
    private static Kek kek(byte[] sa, byte[] kd, Set<Quirk> quirks) throws Exception {
        GroupSecurityAssociation policy = GroupSecurityAssociation.read(sa);
        return GroupDownloadReader.read(
                        GROUP,
                        new GroupSecurityAssociation(policy.saKek().orElseThrow(), null, List.of()),
                        KeyDownload.read(kd),
                        0,
                        quirks)
                .kek()
                .orElseThrow();
    }

    private static PayloadChain clear(byte[] datagram) throws Exception {
        IsakmpHeader header = IsakmpHeader.read(datagram);
        assertEquals(0, header.flags());
        return PayloadChain.read(
                header.first(),
                Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length),
                PayloadChain.Padding.NONE);
    }

    private PayloadChain decrypted(byte[] datagram, byte[] iv) throws Exception {
        IsakmpHeader header = IsakmpHeader.read(datagram);
        assertEquals(IsakmpHeader.FLAG_ENCRYPTED, header.flags());
        byte[] sealed = Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length);
        return PayloadChain.read(
                header.first(), cipher.decrypt(iv, sealed), PayloadChain.Padding.ALLOWED);
    }

    private byte[] lastBlock(int index) {
        byte[] datagram = datagrams.get(index);
        return Arrays.copyOfRange(datagram, datagram.length - 16, datagram.length);
    }

    private byte[] skeyid() throws Exception {
        return Prf.SHA1.compute(
                "mekmitasdigoat".getBytes(StandardCharsets.US_ASCII),
                body(phaseOne[2], PayloadType.NONCE),
                body(phaseOne[3], PayloadType.NONCE));
    }

    private static byte[] withoutLast(PayloadChain chain) {
        int last = chain.payloads().size() - 1;
        byte[] all = chain.octets();
        return Arrays.copyOf(all, all.length - chain.payloads().get(last).octets().length);
    }

    private static byte[] body(PayloadChain chain, PayloadType type) {
        return chain.find(type).orElseThrow().body();
    }

    /** One rekey message and the KEK it came under. */
    private static final class Push {
        private final IsakmpHeader header;
        private final PayloadChain chain;
        private final Kek kek;

        Push(IsakmpHeader header, PayloadChain chain, Kek kek) {
            this.header = header;
            this.chain = chain;
            this.kek = kek;
        }

        boolean verifies(byte[] signed) {
            RekeySignature signature = RekeySignature.of(kek, RsaForm.BARE_HASH);
            return signature.verifies(
                    signature.publicKey(kek.signatureKey()),
                    body(chain, PayloadType.SIG),
                    "rekey".getBytes(StandardCharsets.US_ASCII),
                    signed);
        }
    }
}
