// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.policy.IpLiteral;

/** A certification authority, made by Bouncy Castle, that issues what a test asks for. */
final class Authority {
    private static final int AUTHORITY_USAGE = KeyUsage.keyCertSign | KeyUsage.cRLSign;

    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final KeyPair keys = keys("RSA", 2048);
    private final X509Certificate certificate;
    private int serial = 100;

    Authority(String name) {
        certificate = issue(name, keys, NOW.plus(Duration.ofDays(3650)), true);
    }

    private Authority(Authority superior, String name, Instant end) {
        certificate =
                superior.issue(
                        superior.certificate.getSubjectX500Principal(),
                        name,
                        keys,
                        end,
                        AUTHORITY_USAGE,
                        null);
    }

    /** An authority whose certificate this one issued. */
    Authority subordinate(String name, Instant end) {
        return new Authority(this, name, end);
    }

    X509Certificate certificate() {
        return certificate;
    }

    static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    X509Certificate issue(String name, KeyPair subject, Instant end, boolean authority) {
        if (authority) {
            return issue(new X500Principal(name), name, subject, end, AUTHORITY_USAGE, null);
        }
        String host = name.substring(name.indexOf("CN=") + 3).split(",")[0];
        return issue(
                name,
                subject,
                end,
                KeyUsage.digitalSignature,
                IpLiteral.parse(host).isPresent()
                        ? new GeneralName(GeneralName.iPAddress, host)
                        : new GeneralName(GeneralName.dNSName, host + ".test"));
    }

    /** As above, for a key usage and another name that the test chooses. */
    X509Certificate issue(
            String name, KeyPair subject, Instant end, int usage, GeneralName alternative) {
        return issue(certificate.getSubjectX500Principal(), name, subject, end, usage, alternative);
    }

    private X509Certificate issue(
            X500Principal issuer,
            String name,
            KeyPair subject,
            Instant end,
            int usage,
            GeneralName alternative) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            issuer,
                            BigInteger.valueOf(serial++),
                            Date.from(NOW.minus(Duration.ofDays(365))),
                            Date.from(end),
                            new X500Principal(name),
                            subject.getPublic());
            builder.addExtension(
                    Extension.basicConstraints,
                    true,
                    new BasicConstraints(usage == AUTHORITY_USAGE));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (alternative != null) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(alternative));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withRSA")
                                            .build(keys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    X509CRL revocations(X509Certificate... revoked) {
        return revocations(NOW.plus(Duration.ofDays(7)), revoked);
    }

    /** A list that counts until the next one is due. */
    X509CRL revocations(Instant next, X509Certificate... revoked) {
        try {
            X509v2CRLBuilder builder =
                    new X509v2CRLBuilder(
                            X500Name.getInstance(
                                    certificate.getSubjectX500Principal().getEncoded()),
                            Date.from(NOW.minus(Duration.ofDays(9))));
            builder.setNextUpdate(Date.from(next));
            for (X509Certificate one : revoked) {
                builder.addCRLEntry(one.getSerialNumber(), Date.from(NOW.minusSeconds(60)), 1);
            }
            return new JcaX509CRLConverter()
                    .getCRL(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withRSA")
                                            .build(keys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    CertificateTrust trust(X509CRL... revocations) {
        return new CertificateTrust(
                List.of(certificate), List.of(revocations), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    PhaseOneCredentials credentials(String name, KeyPair pair) {
        return new PhaseOneCredentials(
                List.of(issue(name, pair, NOW.plus(Duration.ofDays(365)), false)),
                pair.getPrivate(),
                trust());
    }
}
