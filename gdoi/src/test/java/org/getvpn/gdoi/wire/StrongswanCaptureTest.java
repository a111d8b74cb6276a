// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.getvpn.gdoi.wire.Octets.hex;
import static org.getvpn.gdoi.wire.Octets.join;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.crypto.IsakmpCipher;
import org.getvpn.gdoi.crypto.PhaseOneKeys;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.junit.jupiter.api.Test;

/**
 * strongSwan 5.9.8 as initiator and responder of IKEv1 on UDP port 848, with DOI 1. charon logged
 * its secrets; everything else is computed here.
 */
class StrongswanCaptureTest {
    private static final byte[] PRE_SHARED_KEY =
            "mekmitasdigoat".getBytes(StandardCharsets.US_ASCII);
    private static final PayloadType FRAGMENT = PayloadType.of(132);

    /** One Phase 1: its messages in clear, and the SA they made. */
    private static final class PhaseOne {
        private final List<PayloadChain> messages = new ArrayList<>();
        private byte[] cookies;
        private PhaseOneKeys keys;
        private String[] logged;
        private PayloadChain informational;
        private byte[] messageId;

        byte[] body(int message, PayloadType type) {
            return messages.get(message).find(type).orElseThrow().body();
        }
    }

    /**
     *
     *
     * <pre>
     *   0  SA, VID...        --&gt;
     *   1                    &lt;--   SA, VID...
     *   2  KE, Ni, NAT-D x 2 --&gt;
     *   3                    &lt;--   KE, Nr, NAT-D x 2
     *   4  HDR*, IDii, HASH_I, N --&gt;
     *   5                    &lt;--   HDR*, IDir, HASH_R
     * </pre>
     */
    @Test
    void mainModeWithPreSharedKeyIsProvenByBothEnds() throws Exception {
        PhaseOne sa = phaseOne(0, Prf.SHA256, IsakmpCipher.Algorithm.AES128);
        assertKeysAsLogged(sa);
        assertHashes(sa, 2, 3, 4, 5);
        assertEquals(
                NotifyType.INITIAL_CONTACT,
                Notification.read(sa.body(4, PayloadType.NOTIFY)).type());
        assertEquals(2, sa.messages.get(2).all(PayloadType.NAT_D).size());
    }

    @Test
    void mainModeWithEcp384IsProvenByBothEnds() throws Exception {
        PhaseOne sa = phaseOne(3, Prf.SHA384, IsakmpCipher.Algorithm.AES256);
        assertKeysAsLogged(sa);
        assertEquals(96, sa.body(2, PayloadType.KE).length, "x and y of 48 octets each");
        assertHashes(sa, 2, 3, 4, 5);
    }

    /**
     *
     *
     * <pre>
     *   0  SA, KE, Ni, IDii, VID... --&gt;
     *   1                           &lt;--   SA, KE, Nr, IDir, NAT-D x 2, HASH_R, VID...
     *   2  HDR*, NAT-D x 2, HASH_I  --&gt;
     * </pre>
     */
    @Test
    void aggressiveModeWithPreSharedKeyIsProvenByBothEnds() throws Exception {
        PhaseOne sa = phaseOne(2, Prf.SHA256, IsakmpCipher.Algorithm.AES256);
        assertKeysAsLogged(sa);
        byte[] offer = sa.body(0, PayloadType.SA);
        byte[] gxi = sa.body(0, PayloadType.KE);
        byte[] gxr = sa.body(1, PayloadType.KE);
        Identification initiator = Identification.read(sa.body(0, PayloadType.ID));
        assertEquals(IdentificationType.FQDN, initiator.type());
        assertEquals("gm1.test", new String(initiator.data(), StandardCharsets.US_ASCII));
        assertArrayEquals(
                sa.body(1, PayloadType.HASH),
                sa.keys.hashOfResponder(gxi, gxr, sa.cookies, offer, sa.body(1, PayloadType.ID)));
        assertArrayEquals(
                sa.body(2, PayloadType.HASH),
                sa.keys.hashOfInitiator(gxi, gxr, sa.cookies, offer, sa.body(0, PayloadType.ID)));
    }

    /** Message 4 came in two fragments, the private way that Cisco and strongSwan share. */
    @Test
    void mainModeWithCertificatesIsSignedByBothEnds() throws Exception {
        PhaseOne sa = phaseOne(1, Prf.SHA256, IsakmpCipher.Algorithm.AES256);
        assertKeysAsLogged(sa);
        byte[] offer = sa.body(0, PayloadType.SA);
        byte[] gxi = sa.body(2, PayloadType.KE);
        byte[] gxr = sa.body(3, PayloadType.KE);
        byte[] hashI =
                sa.keys.hashOfInitiator(gxi, gxr, sa.cookies, offer, sa.body(4, PayloadType.ID));
        byte[] hashR =
                sa.keys.hashOfResponder(gxi, gxr, sa.cookies, offer, sa.body(5, PayloadType.ID));
        assertSigned(sa, 4, hashI, "gm1.crt");
        assertSigned(sa, 5, hashR, "ks1.crt");
        CertificateRequest request = CertificateRequest.read(sa.body(3, PayloadType.CR));
        assertEquals(CertificateEncoding.X509_SIGNATURE, request.encoding());
        assertArrayEquals(
                certificate(Capture.octets("strongswan-ikev1/ca.crt"))
                        .getSubjectX500Principal()
                        .getEncoded(),
                request.authority());
    }

    @Test
    void theDeleteOfThePhaseOneSaIsAuthentic() throws Exception {
        PhaseOne sa = phaseOne(0, Prf.SHA256, IsakmpCipher.Algorithm.AES128);
        assertArrayEquals(
                sa.informational.find(PayloadType.HASH).orElseThrow().body(),
                sa.keys.authenticate(sa.messageId, sa.informational.octetsFrom(1)));
        Delete delete = Delete.read(sa.informational.find(PayloadType.DELETE).orElseThrow().body());
        assertEquals(Doi.IPSEC, delete.doi());
        assertEquals(1, delete.protocol());
        assertArrayEquals(sa.cookies, delete.spis().get(0));
    }

    @Test
    void everyMessageFollowsTheGrammar() throws Exception {
        assertGrammar(
                phaseOne(0, Prf.SHA256, IsakmpCipher.Algorithm.AES128),
                MessageRule.MAIN_MODE_1_2,
                MessageRule.MAIN_MODE_3_4,
                MessageRule.MAIN_MODE_5_6_PRE_SHARED_KEY);
        assertGrammar(
                phaseOne(1, Prf.SHA256, IsakmpCipher.Algorithm.AES256),
                MessageRule.MAIN_MODE_1_2,
                MessageRule.MAIN_MODE_3_4,
                MessageRule.MAIN_MODE_5_6_SIGNATURE);
        PhaseOne aggressive = phaseOne(2, Prf.SHA256, IsakmpCipher.Algorithm.AES256);
        MessageRule.AGGRESSIVE_MODE_1.verify(aggressive.messages.get(0));
        MessageRule.AGGRESSIVE_MODE_2_PRE_SHARED_KEY.verify(aggressive.messages.get(1));
        MessageRule.AGGRESSIVE_MODE_3_HASH.verify(aggressive.messages.get(2));
    }

    private static void assertGrammar(PhaseOne sa, MessageRule... pairs) throws Exception {
        assertEquals(6, sa.messages.size());
        for (int i = 0; i < 6; i++) {
            pairs[i / 2].verify(sa.messages.get(i));
        }
    }

    @Test
    void everyPayloadIsWrittenBackAsItWasRead() throws Exception {
        Prf[] prfs = {Prf.SHA256, Prf.SHA256, Prf.SHA256, Prf.SHA384};
        int count = 0;
        for (int i = 0; i < prfs.length; i++) {
            IsakmpCipher.Algorithm algorithm =
                    i == 0 ? IsakmpCipher.Algorithm.AES128 : IsakmpCipher.Algorithm.AES256;
            for (PayloadChain chain : phaseOne(i, prfs[i], algorithm).messages) {
                List<Payload> rewritten = new ArrayList<>();
                for (Payload payload : chain.payloads()) {
                    rewritten.add(Rewriting.rewritten(payload));
                    count++;
                }
                assertArrayEquals(chain.octets(), PayloadChain.of(rewritten).octets());
            }
        }
        assertTrue(count > 90, count + " payloads");
    }

    @Test
    void knownVendorIdsAreRecognisedAmongUnknownOnes() throws Exception {
        List<VendorId> announced = new ArrayList<>();
        for (Payload payload :
                phaseOne(0, Prf.SHA256, IsakmpCipher.Algorithm.AES128)
                        .messages
                        .get(0)
                        .all(PayloadType.VENDOR_ID)) {
            announced.add(VendorId.read(payload.body()));
        }
        assertTrue(announced.contains(VendorId.DEAD_PEER_DETECTION));
        assertTrue(announced.contains(VendorId.NAT_TRAVERSAL));
        assertFalse(announced.contains(VendorId.DELAY_DETECTION));
        assertEquals(6, announced.size());
    }

    private static void assertHashes(PhaseOne sa, int ke, int ker, int proofI, int proofR)
            throws Exception {
        byte[] offer = sa.body(0, PayloadType.SA);
        assertEquals(Doi.IPSEC, SecurityAssociation.read(offer).doi());
        byte[] gxi = sa.body(ke, PayloadType.KE);
        byte[] gxr = sa.body(ker, PayloadType.KE);
        assertArrayEquals(
                sa.body(proofI, PayloadType.HASH),
                sa.keys.hashOfInitiator(
                        gxi, gxr, sa.cookies, offer, sa.body(proofI, PayloadType.ID)));
        assertArrayEquals(
                sa.body(proofR, PayloadType.HASH),
                sa.keys.hashOfResponder(
                        gxi, gxr, sa.cookies, offer, sa.body(proofR, PayloadType.ID)));
    }

    private static void assertSigned(PhaseOne sa, int message, byte[] hash, String certificate)
            throws Exception {
        Certificate sent = Certificate.read(sa.body(message, PayloadType.CERT));
        assertEquals(CertificateEncoding.X509_SIGNATURE, sent.encoding());
        X509Certificate expected = certificate(Capture.octets("strongswan-ikev1/" + certificate));
        assertArrayEquals(expected.getEncoded(), sent.data());
        RSAPublicKey key = (RSAPublicKey) expected.getPublicKey();
        byte[] block =
                new BigInteger(1, sa.body(message, PayloadType.SIG))
                        .modPow(key.getPublicExponent(), key.getModulus())
                        .toByteArray();
        // 00 01 ff...ff 00 HASH without DigestInfo (RFC 2409, section 5.1); BigInteger drops the 00
        assertEquals(1, block[0]);
        assertArrayEquals(
                hash, Arrays.copyOfRange(block, block.length - hash.length, block.length));
        assertEquals(0, block[block.length - hash.length - 1]);
        assertEquals((byte) 0xff, block[block.length - hash.length - 2]);
    }

    private static X509Certificate certificate(byte[] pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem));
    }

    /** The SKEYIDs that charon logged make the hashes; the cipher key is derived from SKEYID_e. */
    private static void assertKeysAsLogged(PhaseOne sa) {
        byte[] probe = hex("00112233");
        assertArrayEquals(
                sa.keys.prf().compute(hex(sa.logged[4]), probe), sa.keys.authenticate(probe));
    }

    /** Replays the SA of line {@code index} of secrets.csv from the capture. */
    private static PhaseOne phaseOne(int index, Prf prf, IsakmpCipher.Algorithm algorithm)
            throws Exception {
        PhaseOne sa = new PhaseOne();
        sa.logged = secrets().get(index).split(",");
        byte[] iv = null;
        byte[] fragments = new byte[0];
        IsakmpCipher cipher = null;
        for (byte[] datagram : Capture.datagrams("strongswan-ikev1/ikev1-main-aggr-port848.pcap")) {
            byte[] whole = datagram;
            if (!Octets.hex(Arrays.copyOf(whole, 8)).equals(sa.logged[0])) {
                continue;
            }
            IsakmpHeader header = IsakmpHeader.read(whole);
            byte[] rest = Arrays.copyOfRange(whole, IsakmpHeader.LENGTH, whole.length);
            if (header.exchange().equals(ExchangeType.INFORMATIONAL)) {
                byte[] ownIv = cipher.laterIv(prf, iv, header.messageId());
                sa.informational =
                        PayloadChain.read(
                                header.first(),
                                cipher.decrypt(ownIv, rest),
                                PayloadChain.Padding.ALLOWED);
                sa.messageId = Arrays.copyOfRange(whole, 20, 24);
                continue;
            }
            if (header.first().equals(FRAGMENT)) {
                fragments = join(fragments, Arrays.copyOfRange(rest, 8, rest.length));
                if (rest[7] == 0) {
                    continue; // not the last one
                }
                header = IsakmpHeader.read(fragments);
                rest = Arrays.copyOfRange(fragments, IsakmpHeader.LENGTH, fragments.length);
            }
            if ((header.flags() & IsakmpHeader.FLAG_ENCRYPTED) == 0) {
                sa.messages.add(PayloadChain.read(header.first(), rest, PayloadChain.Padding.NONE));
                sa.cookies = Arrays.copyOf(whole, 16);
                continue;
            }
            if (cipher == null) {
                derive(sa, index, prf);
                cipher = sa.keys.cipher(algorithm);
                int ke = header.exchange().equals(ExchangeType.AGGRESSIVE) ? 0 : 2;
                iv =
                        cipher.firstIv(
                                prf, sa.body(ke, PayloadType.KE), sa.body(ke + 1, PayloadType.KE));
            }
            sa.messages.add(
                    PayloadChain.read(
                            header.first(),
                            cipher.decrypt(iv, rest),
                            PayloadChain.Padding.ALLOWED));
            iv = cipher.lastBlock(rest);
        }
        return sa;
    }

    private static void derive(PhaseOne sa, int index, Prf prf) {
        int nonces = sa.messages.size() == 2 ? 0 : 2;
        byte[] ni = sa.body(nonces, PayloadType.NONCE);
        byte[] nr = sa.body(nonces + 1, PayloadType.NONCE);
        SecretBytes shared = SecretBytes.wrap(hex(sa.logged[1]));
        sa.keys =
                index == 1
                        ? PhaseOneKeys.ofSignatures(prf, ni, nr, sa.cookies, shared)
                        : PhaseOneKeys.ofPreSharedKey(
                                prf,
                                SecretBytes.copyOf(PRE_SHARED_KEY),
                                ni,
                                nr,
                                sa.cookies,
                                shared);
    }

    private static List<String> secrets() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Capture.text("strongswan-ikev1/secrets.csv").split("\n")) {
            if (!line.startsWith("#")) {
                lines.add(line);
            }
        }
        return lines;
    }
}
