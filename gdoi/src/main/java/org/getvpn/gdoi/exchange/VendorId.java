// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Our vendor id: the first 16 octets of SHA-256("GET VPN for SDN 1"). A peer that announces it
 * reads the private GAP attribute 130. Every other vendor id is ignored.
 */
final class VendorId {
    private static final byte[] OURS =
            Arrays.copyOf(
                    Prf.SHA256.hash("GET VPN for SDN 1".getBytes(StandardCharsets.US_ASCII)), 16);

    private VendorId() {}

    /** VID, VID: who we are, and that we answer R-U-THERE (RFC 3706, section 5.1). */
    static List<Payload> ours() {
        return List.of(
                Payload.of(PayloadType.VENDOR_ID, OURS.clone()),
                org.getvpn.gdoi.wire.VendorId.DEAD_PEER_DETECTION.write());
    }

    /** What the payloads of a Phase 1 message announce. */
    static Set<PeerCapability> announcedIn(List<Payload> payloads) {
        for (Payload payload : payloads) {
            if (payload.type() == PayloadType.VENDOR_ID && Arrays.equals(payload.body(), OURS)) {
                return Set.of(PeerCapability.RULE_LIST);
            }
        }
        return Set.of();
    }
}
