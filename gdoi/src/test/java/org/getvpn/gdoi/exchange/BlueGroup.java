// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.GroupDownload;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.Kek;
import org.getvpn.gdoi.policy.KeyTreeNode;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;

/** A key server's engine with one group, 1234, that counts what it is asked. */
final class BlueGroup implements RegistrationAuthority {
    static final GroupId ID = GroupId.number(1234);
    static final KeyPair SIGNING = rsa();

    final Set<String> admitted = new HashSet<>();
    final List<String> asked = new ArrayList<>();
    final List<Integer> senderIdRequests = new ArrayList<>();
    Set<String> authorised = Set.of("10.1.0.2", "10.2.0.2");
    List<TrafficRule> rules = List.of();
    TimeBasedReplay replay;
    GroupId id = ID;
    List<KeyTreeNode> keyPath = List.of();
    RegistrationProfile profile = RegistrationProfile.RFC6407;

    private int nextSenderId = 7;

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static Kek kek(int seed) {
        byte[] spi = new byte[16];
        Arrays.fill(spi, (byte) seed);
        byte[] ivAndKey = new byte[32];
        new SeededRandom(seed).nextBytes(ivAndKey);
        return new Kek(
                spi,
                Kek.ALGORITHM_AES_CBC,
                SecretBytes.wrap(ivAndKey),
                86_400,
                Kek.SIGNATURE_HASH_SHA256,
                Kek.SIGNATURE_RSA,
                SIGNING.getPublic().getEncoded(),
                0);
    }

    /** What a member makes of a KEK that it holds, to sign with a key of its own. */
    static Kek signedBy(Kek kek, PublicKey own) {
        return new Kek(
                kek.spi(),
                kek.algorithm(),
                kek.ivAndKey(),
                kek.remainingSeconds(),
                kek.signatureHash(),
                kek.signatureAlgorithm(),
                own.getEncoded(),
                0);
    }

    static Tek tek(int spi) {
        byte[] key = new byte[36];
        new SeededRandom(spi).nextBytes(key);
        return new Tek(
                Spi.of(spi),
                EspTransform.AES_GCM_16_256,
                SecretBytes.wrap(key),
                SecretBytes.wrap(new byte[0]),
                3600,
                Tek.Direction.SYMMETRIC,
                List.of(everything()));
    }

    static TrafficSelector everything() {
        IpPrefix ten = IpPrefix.of(new byte[] {10, 0, 0, 0}, 8);
        return new TrafficSelector(ten, ten, 0, 0, 0);
    }

    static GroupDownload download(Kek kek, int tek, List<TrafficRule> rules) {
        return new GroupDownload(ID, kek, List.of(tek(tek)), 5, 15, rules, List.of(), 0);
    }

    @Override
    public RegistrationProfile profile(GroupId group, PeerIdentity peer) {
        return profile;
    }

    @Override
    public GroupDownload offer(GroupId group, PeerIdentity peer) throws RegistrationRefused {
        asked.add(peer.text());
        if (!group.equals(id)) {
            throw new RegistrationRefused(
                    RegistrationRefused.Cause.UNKNOWN_GROUP, "unknown group " + group);
        }
        if (!authorised.contains(peer.text())) {
            throw new RegistrationRefused(
                    RegistrationRefused.Cause.NOT_AUTHORISED,
                    "not authorised: identity " + peer.text() + " matches none of " + authorised);
        }
        return download(kek(1), 4096, rules).with(replay).withKeyPath(keyPath);
    }

    @Override
    public Admission admit(GroupDownload offered, PeerIdentity peer, int senderIds) {
        admitted.add(peer.text());
        senderIdRequests.add(senderIds);
        return new Admission(List.of(new SenderId(nextSenderId++, 24)), 41);
    }
}
