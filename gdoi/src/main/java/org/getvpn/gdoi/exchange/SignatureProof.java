// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.crypto.UntrustedCertificate;
import org.getvpn.gdoi.wire.Identification;
import org.getvpn.gdoi.wire.MalformedPayload;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadChain;
import org.getvpn.gdoi.wire.PayloadType;

/** CERT, …, SIG: how a peer proves by certificate and signature who it is (RFC 2409, 5.1). */
final class SignatureProof {
    private final List<byte[]> certificates;
    private final byte[] signature;

    private SignatureProof(List<byte[]> certificates, byte[] signature) {
        this.certificates = certificates;
        this.signature = signature;
    }

    /** Reads what a peer sent. */
    static SignatureProof read(PayloadChain chain) throws MalformedPayload {
        return new SignatureProof(
                PhaseOneCredentials.certificatesIn(chain),
                chain.onlyBody(PayloadType.SIG, 1, Frame.MAX_OCTETS));
    }

    /** Our own. */
    static List<Payload> payloads(PhaseOneCredentials own, byte[] signature) {
        List<Payload> payloads = new ArrayList<>(own.certificates());
        payloads.add(Payload.of(PayloadType.SIG, signature));
        return payloads;
    }

    /**
     * Checks it. Slow: not for the network thread.
     *
     * @param hash HASH_I or HASH_R, which is signed
     * @return the peer's certificate
     * @throws UntrustedCertificate that says why it proves nothing
     */
    X509Certificate verify(
            PhaseOneCredentials own,
            AuthenticationMethod method,
            Identification claimed,
            byte[] hash)
            throws UntrustedCertificate {
        return own.verify(method, claimed, certificates, signature, hash);
    }
}
