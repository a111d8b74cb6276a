// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.getvpn.gdoi.wire.Payload;
import org.getvpn.gdoi.wire.PayloadType;

/**
 * What a fuzzer's octets say: one octet that chooses a role, then messages. A message is a datagram
 * (length in 2 octets, octets) or a list of payloads (count in 1 octet; of each the type in 1, the
 * length in 2, the body). Every array of octets means something: lengths beyond the end are cut.
 */
final class FuzzInput {
    private final ByteBuffer octets;

    FuzzInput(byte[] data) {
        octets = ByteBuffer.wrap(data);
    }

    int octet() {
        return octets.hasRemaining() ? octets.get() & 0xff : 0;
    }

    boolean hasMore() {
        return octets.hasRemaining();
    }

    byte[] datagram() {
        int length = octet() << 8 | octet();
        byte[] taken = new byte[Math.min(length, octets.remaining())];
        octets.get(taken);
        return taken;
    }

    List<Payload> payloads() {
        List<Payload> payloads = new ArrayList<>();
        for (int count = octet() & 15; count > 0 && hasMore(); count--) {
            PayloadType type = PayloadType.of(octet());
            payloads.add(Payload.of(type, datagram()));
        }
        return payloads;
    }

    /** The same in the other direction, for seeds. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer(IsakmpReaderFuzzer.Role role) {
            out.write(role.ordinal());
        }

        Writer datagram(byte[] datagram) {
            out.write(datagram.length >>> 8);
            out.write(datagram.length);
            out.writeBytes(datagram);
            return this;
        }

        Writer payloads(Payload... payloads) {
            return payloads(Arrays.asList(payloads));
        }

        Writer payloads(List<Payload> payloads) {
            out.write(payloads.size());
            for (Payload payload : payloads) {
                out.write(payload.type().number());
                datagram(payload.body());
            }
            return this;
        }

        byte[] octets() {
            return out.toByteArray();
        }
    }
}
