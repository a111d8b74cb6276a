// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ike-scan 1.9.5 probing Cisco's gdoid: first messages with DOI 1 and 2, and the answers. */
class IkeScanCaptureTest {
    @Test
    void everyProbeAndAnswerIsReadAndWrittenBack() throws Exception {
        List<Integer> dois = new ArrayList<>();
        for (byte[] datagram : Capture.datagrams("ike-scan/ike-scan-vs-gdoid-848.pcap")) {
            IsakmpHeader header = IsakmpHeader.read(datagram);
            PayloadChain chain =
                    PayloadChain.read(
                            header.first(),
                            Arrays.copyOfRange(datagram, IsakmpHeader.LENGTH, datagram.length),
                            PayloadChain.Padding.NONE);
            List<Payload> rewritten = new ArrayList<>();
            for (Payload payload : chain.payloads()) {
                rewritten.add(Rewriting.rewritten(payload));
                if (payload.type().equals(PayloadType.SA)) {
                    dois.add(SecurityAssociation.read(payload.body()).doi());
                }
            }
            assertArrayEquals(chain.octets(), PayloadChain.of(rewritten).octets());
        }
        assertEquals(List.of(1, 2, 2, 2, 2, 2, 2), dois);
    }
}
