// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/** One transform of a proposal: number, identifier, attributes (RFC 2408, section 3.6). */
public final class Transform {
    /** KEY_IKE, the only transform of Phase 1 (RFC 2407, section 4.4.2.1). */
    public static final int KEY_IKE = 1;

    private final int number;
    private final int id;
    private final List<DataAttribute> attributes;

    /**
     * @param number 1 to 255
     * @param id transform identifier, 1 in Phase 1
     */
    public Transform(int number, int id, List<DataAttribute> attributes) {
        this.number = number;
        this.id = id;
        this.attributes = List.copyOf(attributes);
    }

    static Transform read(byte[] body) throws MalformedPayload {
        WireReader in = new WireReader("Transform", body);
        int number = in.u8();
        int id = in.u8();
        in.zero("RESERVED2", 2);
        return new Transform(number, id, DataAttribute.readAll(in));
    }

    Payload write() {
        WireWriter out = new WireWriter().u8(number).u8(id).u16(0);
        DataAttribute.writeAll(out, attributes);
        return Payload.of(PayloadType.TRANSFORM, out.toByteArray());
    }

    /** 1 to 255. */
    public int number() {
        return number;
    }

    /** Transform identifier. */
    public int id() {
        return id;
    }

    /** In the order of the wire. */
    public List<DataAttribute> attributes() {
        return attributes;
    }
}
