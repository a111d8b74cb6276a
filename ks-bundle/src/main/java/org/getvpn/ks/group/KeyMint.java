// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.group;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.RekeyAddress;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.TimeBasedReplay;
import org.getvpn.ks.api.GroupPolicy;
import org.getvpn.ks.api.KeyStage;
import org.getvpn.ks.api.RekeyTransport;
import org.getvpn.ks.config.AddressText;

/** Makes keys. */
public final class KeyMint {
    /** Rekey signatures are RSA of this many bits: about as strong as AES-128. */
    public static final int RSA_BITS = 3072;

    private static final int KEK_IV_OCTETS = 16;

    private final SecureRandom random;
    private final Supplier<SigningKey> signingKeys;
    private final KeyServerShare share;

    /**
     * @param signingKeys makes a new pair each time, for example {@link #rsa}
     */
    public KeyMint(SecureRandom random, Supplier<SigningKey> signingKeys, KeyServerShare share) {
        this.random = random;
        this.signingKeys = signingKeys;
        this.share = share;
    }

    /** A fresh RSA pair. */
    public static SigningKey rsa(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS, random);
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(
                    pair.getPublic().getEncoded(),
                    SecretBytes.wrap(pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("RSA is part of every Java runtime", e);
        }
    }

    SigningKey signingKey() {
        return signingKeys.get();
    }

    /** An ANNOUNCED TEK whose SPI no living TEK of the group has. */
    TekState tek(
            GroupState state,
            GroupPolicy policy,
            long activation,
            long overlap,
            long now,
            long deadline) {
        Set<Spi> taken = state.teks().stream().map(TekState::spi).collect(Collectors.toSet());
        Spi spi = share.spi(random);
        while (taken.contains(spi)) {
            spi = share.spi(random);
        }
        EspTransform transform = transform(policy.transform());
        return new TekState(
                spi,
                policy.transform(),
                octets(
                        transform.keyOctets()
                                + transform.saltOctets()
                                + transform.integrityKeyOctets()),
                now,
                policy.tekLifetimeSeconds(),
                activation,
                overlap,
                ReplayRule.of(policy.replay(), state.line()),
                RekeySchedule.direction(policy, now),
                KeyStage.ANNOUNCED,
                deadline);
    }

    /** A line of pseudotime that begins at the group time {@code now}. */
    PseudotimeLine line(MachineTime machine, long now) {
        byte[] epoch = new byte[TimeBasedReplay.EPOCH_OCTETS];
        random.nextBytes(epoch);
        return new PseudotimeLine(epoch, machine.bootId(), machine.uptimeMillis(now));
    }

    /** What a key tree derives its keys from. */
    SecretBytes treeSecret() {
        return octets(KeyTree.SECRET_OCTETS);
    }

    /**
     * A KEK.
     *
     * @param generation of the key tree that it is the root of, 0 if it is of none
     */
    KekState kek(GroupPolicy policy, long now, KeyStage stage, long changes, int generation) {
        byte[] spi = new byte[16];
        random.nextBytes(spi);
        return new KekState(
                spi,
                octets(KEK_IV_OCTETS + policy.rekeyProtection().cipher().keyOctets()),
                now,
                policy.kekLifetimeSeconds(),
                stage,
                changes,
                0,
                policy.rekeyProtection().digest().number(),
                generation == 0
                        ? policy.rekeyAcknowledgement().type()
                        : policy.rekeyAcknowledgement().leafType(),
                generation,
                rekeyAddress(policy.rekeyTransport()));
    }

    private static RekeyAddress rekeyAddress(RekeyTransport transport) {
        return transport
                .address()
                .flatMap(AddressText::parse)
                .map(group -> new RekeyAddress(group, transport.port()))
                .orElse(null);
    }

    /** The transform of that name in a policy. */
    static EspTransform transform(String name) {
        return EspTransform.named(name)
                .orElseThrow(() -> new IllegalArgumentException("transform " + name));
    }

    private SecretBytes octets(int count) {
        byte[] octets = new byte[count];
        random.nextBytes(octets);
        return SecretBytes.wrap(octets);
    }
}
