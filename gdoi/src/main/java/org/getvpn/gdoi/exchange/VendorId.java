// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.getvpn.gdoi.crypto.Prf;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * Our vendor id: the first 16 octets of SHA-256("GET VPN for SDN 1"). A peer that announces it
 * reads our private GAP attributes. Of others, those of IP-D3P and of dead peer detection are
 * known; the rest is ignored.
 */
final class VendorId {
    private static final byte[] OURS =
            Arrays.copyOf(
                    Prf.SHA256.hash("GET VPN for SDN 1".getBytes(StandardCharsets.US_ASCII)), 16);

    private static final byte[] DELAY_DETECTION =
            org.getvpn.gdoi.wire.VendorId.DELAY_DETECTION.write().body();

    private static final byte[] DEAD_PEER_DETECTION =
            org.getvpn.gdoi.wire.VendorId.DEAD_PEER_DETECTION.write().body();

    private VendorId() {}

    /** VID, VID: who we are, and that we answer R-U-THERE (RFC 3706, section 5.1). */
    static List<Payload> ours() {
        return List.of(
                Payload.of(PayloadType.VENDOR_ID, OURS.clone()),
                org.getvpn.gdoi.wire.VendorId.DEAD_PEER_DETECTION.write());
    }

    /** What a responder with those settings announces: the above, and VID of IP-D3P if it is on. */
    static List<Payload> ofResponder(PhaseOneSettings settings) {
        List<Payload> announced = new ArrayList<>(ours());
        if (settings.announcesDelayDetection()) {
            announced.add(org.getvpn.gdoi.wire.VendorId.DELAY_DETECTION.write());
        }
        return announced;
    }

    /** What the payloads of a Phase 1 message announce. */
    static Set<PeerCapability> announcedIn(List<Payload> payloads) {
        Set<PeerCapability> announced = EnumSet.noneOf(PeerCapability.class);
        for (Payload payload : payloads) {
            if (!payload.type().equals(PayloadType.VENDOR_ID)) {
                continue;
            }
            if (Arrays.equals(payload.body(), OURS)) {
                announced.add(PeerCapability.RULE_LIST);
                announced.add(PeerCapability.TIME_BASED_REPLAY);
            } else if (Arrays.equals(payload.body(), DELAY_DETECTION)) {
                announced.add(PeerCapability.DELAY_DETECTION);
            } else if (Arrays.equals(payload.body(), DEAD_PEER_DETECTION)) {
                announced.add(PeerCapability.DEAD_PEER_DETECTION);
            }
        }
        return announced;
    }
}
