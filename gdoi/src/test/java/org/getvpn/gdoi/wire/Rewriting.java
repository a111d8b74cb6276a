// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.Set;

/** Reads a payload into its own type and writes it again. */
final class Rewriting {
    private Rewriting() {}

    /** The payload as our types write it; one that has no structure here stays as it is. */
    static Payload rewritten(Payload payload) throws MalformedPayload {
        byte[] body = payload.body();
        switch (payload.type().number()) {
            case 1: // SA: only that of Phase 1 has a proposal where GDOI has its next payload
                return isPhaseOne(body)
                        ? SecurityAssociation.read(body).write()
                        : rewrittenGroupPolicy(body);
            case 5:
                return Identification.read(body).write();
            case 6:
                return Certificate.read(body).write();
            case 7:
                return CertificateRequest.read(body).write();
            case 11:
                return Notification.read(body).write();
            case 12:
                return Delete.read(body).write();
            case 13:
                return VendorId.read(body).write();
            case 17:
                return KeyDownload.read(body).write();
            case 18:
                return SequenceNumber.write(SequenceNumber.read(body));
            case 22:
                return GroupAssociatedPolicy.read(body).write();
            default:
                return Payload.of(payload.type(), body);
        }
    }

    private static boolean isPhaseOne(byte[] body) {
        return body.length > 13 && (body[8] << 8 | body[9]) == 0;
    }

    private static Payload rewrittenGroupPolicy(byte[] body) throws MalformedPayload {
        GroupSecurityAssociation policy =
                GroupSecurityAssociation.read(body, Set.of(Quirk.TWO_OCTET_ID_LENGTH));
        return policy.write(policy.idLength());
    }
}
