// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.crypto;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom we trust: certification authorities, their revocation lists, and the wall clock against
 * which validity is measured (RFC 5280; RFC 4945). With revocation lists, a certificate whose
 * status they do not tell is refused; without any, revocation is not checked.
 */
public final class CertificateTrust {
    /** Octets of the longest certificate that is looked at. */
    public static final int MOST_CERTIFICATE_OCTETS = 16_384;

    /** The longest chain that is looked at, leaf included. */
    public static final int MOST_CERTIFICATES = 8;

    /** Bits of the key usage extension (RFC 5280, section 4.2.1.3). */
    private static final int DIGITAL_SIGNATURE = 0;

    private static final int NON_REPUDIATION = 1;

    private final List<X509Certificate> authorities;
    private final List<X509CRL> revocations;
    private final Clock clock;

    /**
     * @param authorities at least one
     * @param revocations empty to leave revocation unchecked
     */
    public CertificateTrust(
            Collection<X509Certificate> authorities, Collection<X509CRL> revocations, Clock clock) {
        this.authorities = List.copyOf(authorities);
        if (this.authorities.isEmpty()) {
            throw new IllegalArgumentException("no certification authority: name at least one");
        }
        this.revocations = List.copyOf(revocations);
        this.clock = clock;
    }

    /** The certification authorities. */
    public List<X509Certificate> authorities() {
        return authorities;
    }

    /**
     * Reads a chain as a peer sent it and follows it to an authority. Slow: not for the network
     * thread.
     *
     * @param encoded DER, the peer's own certificate first
     * @return the peer's own certificate
     * @throws UntrustedCertificate that says why not
     */
    public X509Certificate verify(List<byte[]> encoded) throws UntrustedCertificate {
        if (encoded.isEmpty() || encoded.size() > MOST_CERTIFICATES) {
            throw new UntrustedCertificate(
                    encoded.size() + " certificates sent: 1 to " + MOST_CERTIFICATES);
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] der : encoded) {
            chain.add(read(der));
        }
        X509Certificate own = chain.get(0);
        checkValidity(own);
        try {
            PKIXBuilderParameters parameters = parameters(own, chain);
            try {
                CertPathBuilder.getInstance("PKIX").build(parameters);
                return own;
            } catch (CertPathBuilderException e) {
                throw new UntrustedCertificate(reason(chain, parameters));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks PKIX", e);
        }
    }

    /**
     * Whether a certificate may prove a signature: if it limits the usage of its key, then to
     * digitalSignature or nonRepudiation, among others (RFC 4945, section 5.1.3.2).
     */
    public static boolean signs(X509Certificate certificate) {
        boolean[] usage = certificate.getKeyUsage();
        return usage == null || usage[DIGITAL_SIGNATURE] || usage[NON_REPUDIATION];
    }

    private static X509Certificate read(byte[] der) throws UntrustedCertificate {
        if (der.length > MOST_CERTIFICATE_OCTETS) {
            throw new UntrustedCertificate("certificate of " + der.length + " octets");
        }
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new UntrustedCertificate("certificate cannot be read: " + e.getMessage());
        }
    }

    private void checkValidity(X509Certificate own) throws UntrustedCertificate {
        try {
            own.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException e) {
            throw new UntrustedCertificate(expired(own));
        } catch (CertificateNotYetValidException e) {
            throw new UntrustedCertificate(
                    name(own)
                            + " is valid from "
                            + own.getNotBefore().toInstant()
                            + " on: is the clock right?");
        }
    }

    private PKIXBuilderParameters parameters(X509Certificate own, List<X509Certificate> chain)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (X509Certificate authority : authorities) {
            anchors.add(new TrustAnchor(authority, null));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(own);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.setMaxPathLength(MOST_CERTIFICATES);
        parameters.setDate(Date.from(clock.instant()));
        parameters.setRevocationEnabled(!revocations.isEmpty());
        List<Object> material = new ArrayList<>(chain);
        material.addAll(revocations);
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(material)));
        return parameters;
    }

    /**
     * What is wrong with which certificate. Of several paths that failed, a builder does not tell
     * why; so the one that the names make is validated.
     */
    private String reason(List<X509Certificate> chain, PKIXBuilderParameters parameters)
            throws GeneralSecurityException {
        List<X509Certificate> path = pathByName(chain);
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(path),
                            parameters);
        } catch (CertPathValidatorException e) {
            X509Certificate fault = path.get(Math.max(e.getIndex(), 0));
            CertPathValidatorException.Reason why = e.getReason();
            if (why == CertPathValidatorException.BasicReason.REVOKED) {
                return name(fault) + " was revoked";
            }
            if (why == CertPathValidatorException.BasicReason.EXPIRED) {
                return expired(fault);
            }
            if (why == CertPathValidatorException.BasicReason.UNDETERMINED_REVOCATION_STATUS) {
                return name(fault) + ": no revocation list that is up to date covers it";
            }
        }
        return name(chain.get(0)) + " leads to no certification authority that is trusted here";
    }

    /** The peer's own certificate, and above each one that was issued under its issuer's name. */
    private static List<X509Certificate> pathByName(List<X509Certificate> chain) {
        List<X509Certificate> path = new ArrayList<>(List.of(chain.get(0)));
        List<X509Certificate> rest = new ArrayList<>(chain.subList(1, chain.size()));
        boolean found = true;
        while (found) {
            X509Certificate last = path.get(path.size() - 1);
            found = false;
            for (X509Certificate candidate : rest) {
                if (candidate.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
                    path.add(candidate);
                    rest.remove(candidate);
                    found = true;
                    break;
                }
            }
        }
        // A peer may send its root too, which we hold: it is no part of a path (RFC 5280, 6.1).
        X509Certificate top = path.get(path.size() - 1);
        if (path.size() > 1 && top.getSubjectX500Principal().equals(top.getIssuerX500Principal())) {
            path.remove(top);
        }
        return path;
    }

    private static String expired(X509Certificate certificate) {
        return name(certificate)
                + " expired on "
                + certificate.getNotAfter().toInstant()
                + ": renew it";
    }

    private static String name(X509Certificate certificate) {
        return "certificate of " + certificate.getSubjectX500Principal().getName();
    }
}
