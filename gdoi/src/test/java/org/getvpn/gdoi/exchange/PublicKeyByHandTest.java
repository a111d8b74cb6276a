// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * RSA encryption once more, derived by hand from RFC 2409, sections 5.2 and 5.3: an initiator of
 * plain arithmetic and octets, with nothing of this library in it, against our responder.
 */
class PublicKeyByHandTest {
    private static final String SERVER = "CN=ks1,O=GET VPN,C=XX";
    private static final String MEMBER = "CN=gm1,O=GET VPN,C=XX";
    private static final Authority AUTHORITY = new Authority("CN=ca,O=GET VPN,C=XX");
    private static final KeyPair SERVER_KEYS = Authority.keys("RSA", 2048);
    private static final KeyPair MEMBER_KEYS = Authority.keys("RSA", 2048);
    private static final X509Certificate MEMBER_CERTIFICATE =
            AUTHORITY.issue(MEMBER, MEMBER_KEYS, Authority.NOW.plus(Duration.ofDays(9)), false);
    private static final BigInteger P = DHStandardGroups.rfc3526_2048.getP();

    private static final int SA = 1;
    private static final int KE = 4;
    private static final int ID = 5;
    private static final int HASH = 8;
    private static final int NONCE = 10;

    private final byte[] cookieI = {1, 2, 3, 4, 5, 6, 7, 8};
    private final byte[] nonceI = new byte[24];
    private final BigInteger secret = new BigInteger("123456789012345678901234567890123456789");
    private final byte[] valueI = fixed(BigInteger.TWO.modPow(secret, P), 256);
    private final byte[] identityI =
            join(
                    new byte[] {9, 0, 0, 0},
                    MEMBER_CERTIFICATE.getSubjectX500Principal().getEncoded());
    private KeyServerEndpoint keyServer;
    private byte[] cookieR;

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] fixed(BigInteger value, int octets) {
        byte[] raw = value.toByteArray();
        byte[] out = new byte[octets];
        int used = Math.min(raw.length, octets);
        System.arraycopy(raw, raw.length - used, out, octets - used, used);
        return out;
    }

    private static byte[] prf(byte[] key, byte[]... parts) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(join(parts));
    }

    private static byte[] hash(byte[]... parts) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(join(parts));
    }

    private static byte[] aes(int mode, byte[] key, byte[] iv, byte[] octets) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
        return cipher.doFinal(octets);
    }

    /** 0 | 2 | octets that are not 0 | 0 | message, to the public exponent. */
    private static byte[] encrypt(byte[] message) {
        RSAPublicKey key = (RSAPublicKey) SERVER_KEYS.getPublic();
        byte[] padded = new byte[256];
        Arrays.fill(padded, (byte) 0x77);
        padded[0] = 0;
        padded[1] = 2;
        padded[255 - message.length] = 0;
        System.arraycopy(message, 0, padded, 256 - message.length, message.length);
        return fixed(
                new BigInteger(1, padded).modPow(key.getPublicExponent(), key.getModulus()), 256);
    }

    private static byte[] decrypt(byte[] sealed) {
        RSAPrivateKey key = (RSAPrivateKey) MEMBER_KEYS.getPrivate();
        byte[] padded =
                fixed(
                        new BigInteger(1, sealed)
                                .modPow(key.getPrivateExponent(), key.getModulus()),
                        256);
        assertEquals(0, padded[0]);
        assertEquals(2, padded[1]);
        int at = 2;
        while (padded[at] != 0) {
            at++;
        }
        return Arrays.copyOfRange(padded, at + 1, 256);
    }

    @BeforeEach
    void begin() {
        Arrays.fill(nonceI, (byte) 0x31);
        PhaseOneCredentials credentials =
                new PhaseOneCredentials(
                                List.of(
                                        AUTHORITY.issue(
                                                SERVER,
                                                SERVER_KEYS,
                                                Authority.NOW.plus(Duration.ofDays(9)),
                                                false)),
                                SERVER_KEYS.getPrivate(),
                                AUTHORITY.trust())
                        .withPeers(List.of(MEMBER_CERTIFICATE));
        BlueGroup group = new BlueGroup();
        group.authorised = Set.of(MEMBER);
        keyServer =
                new KeyServerEndpoint(
                        Lab.proposals(
                                "aes128-sha256-modp2048-rsaenc aes128-sha256-modp2048-rsarev"),
                        peer -> Optional.empty(),
                        credentials,
                        group,
                        new SeededRandom(1));
    }

    /** DOI 2, situation 0, one proposal with one transform: AES-128, SHA-256, group 14. */
    private static byte[] offer(int method) {
        byte[] attributes = {
            (byte) 0x80,
            1,
            0,
            7,
            (byte) 0x80,
            14,
            0,
            (byte) 128,
            (byte) 0x80,
            2,
            0,
            4,
            (byte) 0x80,
            3,
            0,
            (byte) method,
            (byte) 0x80,
            4,
            0,
            14,
            (byte) 0x80,
            11,
            0,
            1,
            (byte) 0x80,
            12,
            0x0e,
            0x10
        };
        byte[] transform = join(new byte[] {0, 0, 0, 36, 1, 1, 0, 0}, attributes);
        byte[] proposal = join(new byte[] {0, 0, 0, 44, 1, 1, 0, 1}, transform);
        return join(new byte[] {0, 0, 0, 2, 0, 0, 0, 0}, proposal);
    }

    /** Sends payloads of those types and bodies; the answer's whole message, or nothing. */
    private byte[] send(int flags, byte[] body, int first) {
        byte[] message =
                ByteBuffer.allocate(28 + body.length)
                        .put(cookieI)
                        .put(cookieR == null ? new byte[8] : cookieR)
                        .put((byte) first)
                        .put((byte) 0x10)
                        .put((byte) 2)
                        .put((byte) flags)
                        .putInt(0)
                        .putInt(28 + body.length)
                        .put(body)
                        .array();
        Ticks now = Ticks.ofNanos(0);
        Outcome outcome = keyServer.receive(new Datagram(Lab.KEY_SERVER, Lab.MEMBER, message), now);
        for (Computation work : outcome.computations()) {
            outcome = keyServer.resume(work.run(), now);
        }
        assertEquals(Outcome.Verdict.ADVANCED, outcome.verdict(), outcome.reason());
        byte[] answer = outcome.send().get(0).octets();
        cookieR = Arrays.copyOfRange(answer, 8, 16);
        return answer;
    }

    private static byte[] payload(int next, byte[] body) {
        return ByteBuffer.allocate(4 + body.length)
                .putShort((short) (next << 8))
                .putShort((short) (4 + body.length))
                .put(body)
                .array();
    }

    private static Map<Integer, byte[]> bodies(int first, byte[] octets) {
        Map<Integer, byte[]> found = new LinkedHashMap<>();
        int at = 0;
        for (int type = first; type != 0; ) {
            int length = (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
            found.put(type, Arrays.copyOfRange(octets, at + 4, at + length));
            type = octets[at];
            at += length;
        }
        return found;
    }

    private static Map<Integer, byte[]> bodies(byte[] message) {
        return bodies(message[16], Arrays.copyOfRange(message, 28, message.length));
    }

    @Test
    void theOriginalMode() throws Exception {
        byte[] offer = offer(4);
        /* HDR, SA --> <-- HDR, SA, VID */
        send(0, payload(0, offer), SA);
        /* HDR, KE, <IDii_b>PubR, <Ni_b>PubR --> : HASH(1) is left out */
        byte[] body =
                join(
                        payload(ID, valueI),
                        payload(NONCE, encrypt(identityI)),
                        payload(0, encrypt(nonceI)));
        /* <-- HDR, KE, <IDir_b>PubI, <Nr_b>PubI */
        Map<Integer, byte[]> answer = bodies(send(0, body, KE));
        prove(offer, answer.get(KE), decrypt(answer.get(ID)), decrypt(answer.get(NONCE)));
    }

    @Test
    void theRevisedMode() throws Exception {
        byte[] offer = offer(5);
        /* HDR, SA --> <-- HDR, SA, VID */
        send(0, payload(0, offer), SA);
        byte[] keyI = Arrays.copyOf(prf(nonceI, cookieI), 16);
        byte[] value = aes(Cipher.ENCRYPT_MODE, keyI, new byte[16], padded(valueI));
        byte[] identity = aes(Cipher.ENCRYPT_MODE, keyI, lastBlock(value), padded(identityI));
        /* HDR, <Ni_b>PubR, <KE_b>Ke_i, <IDii_b>Ke_i --> : HASH(1) and Cert-I are left out */
        byte[] body = join(payload(KE, encrypt(nonceI)), payload(ID, value), payload(0, identity));
        /* <-- HDR, <Nr_b>PubI, <KE_b>Ke_r, <IDir_b>Ke_r */
        Map<Integer, byte[]> answer = bodies(send(0, body, NONCE));
        byte[] nonceR = decrypt(answer.get(NONCE));
        byte[] keyR = Arrays.copyOf(prf(nonceR, cookieR), 16);
        byte[] valueR = aes(Cipher.DECRYPT_MODE, keyR, new byte[16], answer.get(KE));
        byte[] identityR =
                aes(Cipher.DECRYPT_MODE, keyR, lastBlock(answer.get(KE)), answer.get(ID));
        prove(offer, unpadded(valueR), unpadded(identityR), nonceR);
    }

    private static byte[] padded(byte[] body) {
        int pads = 15 - body.length % 16;
        byte[] out = Arrays.copyOf(body, body.length + pads + 1);
        out[out.length - 1] = (byte) pads;
        return out;
    }

    private static byte[] unpadded(byte[] octets) {
        return Arrays.copyOf(octets, octets.length - 1 - octets[octets.length - 1]);
    }

    private static byte[] lastBlock(byte[] octets) {
        return Arrays.copyOfRange(octets, octets.length - 16, octets.length);
    }

    private void prove(byte[] offer, byte[] valueR, byte[] identityR, byte[] nonceR)
            throws Exception {
        assertArrayEquals(
                join(
                        new byte[] {9, 0, 0, 0},
                        new javax.security.auth.x500.X500Principal(SERVER).getEncoded()),
                identityR);
        byte[] shared = fixed(new BigInteger(1, valueR).modPow(secret, P), 256);
        byte[] cookies = join(cookieI, cookieR);
        byte[] skeyid = prf(hash(nonceI, nonceR), cookies);
        byte[] skeyidD = prf(skeyid, shared, cookies, new byte[] {0});
        byte[] skeyidA = prf(skeyid, skeyidD, shared, cookies, new byte[] {1});
        byte[] skeyidE = prf(skeyid, skeyidA, shared, cookies, new byte[] {2});
        byte[] key = Arrays.copyOf(skeyidE, 16);
        byte[] hashI = prf(skeyid, valueI, valueR, cookies, offer, identityI);
        byte[] plain = Arrays.copyOf(payload(0, hashI), 48);
        byte[] iv = Arrays.copyOf(hash(valueI, valueR), 16);
        byte[] sealed = aes(Cipher.ENCRYPT_MODE, key, iv, plain);
        /* HDR*, HASH_I --> <-- HDR*, HASH_R */
        byte[] answer = send(1, sealed, HASH);
        byte[] opened =
                aes(
                        Cipher.DECRYPT_MODE,
                        key,
                        lastBlock(sealed),
                        Arrays.copyOfRange(answer, 28, answer.length));
        assertArrayEquals(
                prf(skeyid, valueR, valueI, cookieR, cookieI, offer, identityR),
                bodies(HASH, opened).get(HASH));
        assertEquals(1, keyServer.counters().established());
    }
}
