// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.CertificateTrust;
import org.getvpn.gdoi.crypto.RekeySignature;
import org.getvpn.gdoi.crypto.RsaEncryption;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.wire.Certificate;
import org.getvpn.gdoi.wire.CertificateEncoding;
import org.getvpn.gdoi.wire.CertificateRequest;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.IdentificationType;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Our certificate with its key, and whom we trust: what Phase 1 with signatures needs. Our identity
 * is the subject of the certificate (ID_DER_ASN1_DN), or another name that stands in it.
 */
public final class PhaseOneCredentials {
    private static final int SAN_RFC822 = 1;
    private static final int SAN_DNS = 2;
    private static final int SAN_ADDRESS = 7;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final CertificateTrust trust;
    private final Identification identity;
    private final List<X509Certificate> peers;

    /**
     * Under the subject of our certificate.
     *
     * @param chain our own certificate first, then intermediate ones
     */
    public PhaseOneCredentials(
            List<X509Certificate> chain, PrivateKey key, CertificateTrust trust) {
        this(chain, key, trust, subject(chain));
    }

    /**
     * @param chain our own certificate first, then intermediate ones
     * @param identity who we say we are
     * @throws IllegalArgumentException if our certificate does not name that identity: no peer
     *     would believe it
     */
    public PhaseOneCredentials(
            List<X509Certificate> chain,
            PrivateKey key,
            CertificateTrust trust,
            Identification identity) {
        this(chain, key, trust, identity, List.of());
    }

    private PhaseOneCredentials(
            List<X509Certificate> chain,
            PrivateKey key,
            CertificateTrust trust,
            Identification identity,
            List<X509Certificate> peers) {
        this.peers = List.copyOf(peers);
        this.chain = List.copyOf(chain);
        this.key = Objects.requireNonNull(key);
        this.trust = Objects.requireNonNull(trust);
        this.identity = Objects.requireNonNull(identity);
        if (this.chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate of our own: name one");
        }
        if (!names(this.chain.get(0), identity)) {
            throw new IllegalArgumentException(
                    "identity "
                            + IdentityText.of(identity)
                            + " does not stand in our certificate of "
                            + this.chain.get(0).getSubjectX500Principal().getName());
        }
    }

    private static Identification subject(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate of our own: name one");
        }
        byte[] subject = chain.get(0).getSubjectX500Principal().getEncoded();
        return new Identification(IdentificationType.DER_ASN1_DN, 0, 0, subject);
    }

    /**
     * Knows the certificates of peers too, which RSA encryption needs before the peer has spoken:
     * the initiator of the responder, and the responder of its initiators unless they send their
     * own (revised mode).
     */
    public PhaseOneCredentials withPeers(List<X509Certificate> others) {
        return new PhaseOneCredentials(chain, key, trust, identity, others);
    }

    /** The certificate of a peer as it is known here. */
    Optional<X509Certificate> certificateOf(Identification peer) {
        return peers.stream().filter(certificate -> names(certificate, peer)).findFirst();
    }

    /**
     * A peer's certificate that RSA encryption may be done for.
     *
     * @param certificates as the peer sent them; where there are none, the one that is known here
     * @throws UntrustedCertificate that says why there is none
     */
    X509Certificate encryptionCertificate(Identification claimed, List<byte[]> certificates)
            throws UntrustedCertificate {
        if (!certificates.isEmpty()) {
            return encryptionCertificate(claimed, trust.verify(certificates));
        }
        Optional<X509Certificate> known = certificateOf(claimed);
        if (known.isEmpty()) {
            checkOwnChain();
            throw new UntrustedCertificate(
                    "no certificate of " + IdentityText.of(claimed) + " to encrypt for: list it");
        }
        return encryptionCertificate(claimed, trust.verify(List.of(octets(known.get()))));
    }

    /**
     * Does for nobody what {@link #encryptionCertificate} does for a peer: who an identity did not
     * decrypt to must not be told by the time it takes.
     *
     * @param certificates as the peer sent them
     */
    void findNobody(List<byte[]> certificates) {
        try {
            encryptionCertificate(identity, certificates);
        } catch (UntrustedCertificate e) {
            // whatever there is, it is nobody's
        }
    }

    /**
     * A chain is checked for an unknown name as for a known one, so that the time tells neither.
     */
    private void checkOwnChain() {
        try {
            trust.verify(List.of(certificateOctets()));
        } catch (UntrustedCertificate e) {
            // ours may be of another authority than the peers'
        }
    }

    private static X509Certificate encryptionCertificate(
            Identification claimed, X509Certificate peer) throws UntrustedCertificate {
        if (!names(peer, claimed)) {
            throw misnamed(claimed, peer);
        }
        if (!AuthenticationMethod.RSA_ENCRYPTION.fits(peer.getPublicKey())) {
            throw new UntrustedCertificate(
                    "certificate of "
                            + IdentityText.of(claimed)
                            + " holds no RSA key of 2048 bits or more");
        }
        return peer;
    }

    private static UntrustedCertificate misnamed(Identification claimed, X509Certificate peer) {
        return new UntrustedCertificate(
                "identity "
                        + IdentityText.of(claimed)
                        + " does not stand in the certificate of "
                        + peer.getSubjectX500Principal().getName());
    }

    /** Decrypts what was encrypted for our certificate, or gives the substitute. */
    byte[] decrypt(byte[] sealed, int least, int most, byte[] substitute) {
        return RsaEncryption.decrypt(key, sealed, least, most, substitute);
    }

    /** The key that peers encrypt for. */
    PublicKey publicKey() {
        return chain.get(0).getPublicKey();
    }

    /** Our certificate in DER. */
    byte[] certificateOctets() {
        return octets(chain.get(0));
    }

    /** A certificate in DER. */
    static byte[] octets(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    /**
     * Whether our private key belongs to our certificate. Slow: signs once.
     *
     * @return false too if they serve no method at all
     */
    public boolean keyFitsCertificate() {
        byte[] probe = new byte[32];
        for (AuthenticationMethod method : AuthenticationMethod.values()) {
            if (serves(method) && method.fits(key)) {
                return method.verifies(chain.get(0).getPublicKey(), method.sign(key, probe), probe);
            }
        }
        return false;
    }

    /** Whether our key signs by that method. */
    public boolean serves(AuthenticationMethod method) {
        return method.fits(chain.get(0).getPublicKey());
    }

    /**
     * Whether a suite can be used with these credentials.
     *
     * @param credentials null if there are none
     * @throws IllegalArgumentException that names the suite and what it needs
     */
    static void check(PhaseOneProposal proposal, PhaseOneCredentials credentials) {
        if (proposal.method().usesPreSharedKey()) {
            return;
        }
        if (credentials == null) {
            throw new IllegalArgumentException(
                    "Phase 1 proposal " + proposal + " needs a certificate: name one");
        }
        if (!credentials.serves(proposal.method())) {
            throw new IllegalArgumentException(
                    "Phase 1 proposal "
                            + proposal
                            + ": the key of our certificate does not "
                            + (proposal.method().usesSignatures() ? "sign" : "decrypt")
                            + " by method "
                            + proposal.method().label());
        }
        if (proposal.method().usesSignatures()
                && !CertificateTrust.signs(credentials.chain.get(0))) {
            throw new IllegalArgumentException(
                    "Phase 1 proposal "
                            + proposal
                            + ": our certificate is not for signatures: have one issued whose key"
                            + " usage has digitalSignature");
        }
        int identity = credentials.identity.write().body().length;
        int room = RsaEncryption.SHORTEST_KEY_BITS / 8 - RsaEncryption.OVERHEAD;
        if (proposal.method() == AuthenticationMethod.RSA_ENCRYPTION && identity > room) {
            throw new IllegalArgumentException(
                    "Phase 1 proposal "
                            + proposal
                            + ": our identity of "
                            + identity
                            + " octets does not fit RSA encryption, which has room for "
                            + room
                            + ": use a shorter name, or method "
                            + AuthenticationMethod.REVISED_RSA_ENCRYPTION.label());
        }
    }

    Identification identity() {
        return identity;
    }

    /** CERT, CERT, … : our own first. */
    List<Payload> certificates() {
        List<Payload> payloads = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            payloads.add(
                    new Certificate(CertificateEncoding.X509_SIGNATURE, octets(certificate))
                            .write());
        }
        return payloads;
    }

    /** CR, CR, … : one for each authority that we trust (RFC 2408, section 3.10). */
    List<Payload> requests() {
        List<Payload> payloads = new ArrayList<>();
        for (X509Certificate authority : trust.authorities()) {
            payloads.add(
                    new CertificateRequest(
                                    CertificateEncoding.X509_SIGNATURE,
                                    authority.getSubjectX500Principal().getEncoded())
                            .write());
        }
        return payloads;
    }

    /** The certificates of a message in their order; other encodings are left out. */
    static List<byte[]> certificatesIn(PayloadChain chain) throws MalformedPayload {
        List<byte[]> found = new ArrayList<>();
        for (Payload payload : chain.all(PayloadType.CERT)) {
            Certificate certificate = Certificate.read(payload.body());
            if (certificate.encoding().equals(CertificateEncoding.X509_SIGNATURE)) {
                found.add(certificate.data());
            }
        }
        return found;
    }

    /** Signs with our own key. Slow: not for the network thread. */
    byte[] sign(RekeySignature signature, byte[]... parts) {
        return signature.sign(key, parts);
    }

    /**
     * The certificate of a peer that Phase 1 has authenticated already, be it by another way.
     *
     * @throws UntrustedCertificate if it is not trusted, or is another one's than the peer's
     */
    X509Certificate holder(List<byte[]> certificates, PeerIdentity peer)
            throws UntrustedCertificate {
        X509Certificate holder = trustedToSign(certificates);
        String subject = holder.getSubjectX500Principal().getName();
        boolean bound =
                peer.certificateSubject().isPresent()
                        ? peer.certificateSubject().get().equals(subject)
                        : names(holder, IdentityText.parse(peer.text()));
        if (!bound) {
            throw new UntrustedCertificate(
                    "certificate of "
                            + subject
                            + " is not that of "
                            + peer.certificateSubject().orElse(peer.text())
                            + ", who authenticated in Phase 1");
        }
        return holder;
    }

    byte[] sign(AuthenticationMethod method, byte[] hash) {
        return method.sign(key, hash);
    }

    /**
     * Whether the peer is who it claims to be: its certificate is trusted and names it, and the
     * signature is made with the certificate's key.
     *
     * @return the peer's certificate
     * @throws UntrustedCertificate that says why not
     */
    X509Certificate verify(
            AuthenticationMethod method,
            Identification claimed,
            List<byte[]> certificates,
            byte[] signature,
            byte[] hash)
            throws UntrustedCertificate {
        X509Certificate peer = trustedToSign(certificates);
        if (!names(peer, claimed)) {
            throw misnamed(claimed, peer);
        }
        if (!method.verifies(peer.getPublicKey(), signature, hash)) {
            throw new UntrustedCertificate(
                    "signature of "
                            + IdentityText.of(claimed)
                            + " is not made with its certificate's key");
        }
        return peer;
    }

    private X509Certificate trustedToSign(List<byte[]> certificates) throws UntrustedCertificate {
        X509Certificate peer = trust.verify(certificates);
        if (!CertificateTrust.signs(peer)) {
            throw new UntrustedCertificate(
                    "certificate of "
                            + peer.getSubjectX500Principal().getName()
                            + " is not for signatures: have one issued whose key usage has"
                            + " digitalSignature");
        }
        return peer;
    }

    private static boolean names(X509Certificate certificate, Identification claimed) {
        if (claimed.type().equals(IdentificationType.DER_ASN1_DN)) {
            return isSubject(certificate, claimed.data());
        }
        int kind =
                claimed.address().isPresent()
                        ? SAN_ADDRESS
                        : claimed.type().equals(IdentificationType.FQDN)
                                ? SAN_DNS
                                : claimed.type().equals(IdentificationType.USER_FQDN)
                                        ? SAN_RFC822
                                        : -1;
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(
                                    name ->
                                            name.get(0).equals(kind)
                                                    && name.get(1)
                                                            .toString()
                                                            .equalsIgnoreCase(claimed.text()));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Compared as names: a peer may write one with other string types than its authority did. */
    private static boolean isSubject(X509Certificate certificate, byte[] name) {
        try {
            return certificate.getSubjectX500Principal().equals(new X500Principal(name));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
