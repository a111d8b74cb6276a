// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.List;

/** Policy of the group as a whole, attributes only (RFC 6407, section 5.4). */
public final class GroupAssociatedPolicy {
    /** Seconds before a new TEK is used to send. */
    public static final int ACTIVATION_TIME_DELAY = 1;

    /** Seconds after which an old TEK is no longer received. */
    public static final int DEACTIVATION_TIME_DELAY = 2;

    /** How many sender ids a member asks for; 0 stands for one. */
    public static final int SENDER_ID_REQUEST = 3;

    /** Private: the ordered policy with exceptions, see {@link TrafficRuleList}. */
    public static final int TRAFFIC_RULES = 130;

    /** Private: type of the anti-replay header. */
    public static final int D3P_TYPE = 240;

    /** Private: width of the anti-replay window in milliseconds. */
    public static final int D3P_WINDOW_SIZE = 241;

    /** Private: pseudotime, seconds and microseconds. */
    public static final int PSEUDOTIME = 242;

    /** Private: identity of the pseudotime line, 8 octets. */
    public static final int PSEUDOTIME_EPOCH = 243;

    private final List<DataAttribute> attributes;

    /** Holds {@code attributes} in order. */
    public GroupAssociatedPolicy(List<DataAttribute> attributes) {
        this.attributes = List.copyOf(attributes);
    }

    /**
     * Reads the body of a GAP payload.
     *
     * @throws MalformedPayload also for an attribute that stands twice
     */
    public static GroupAssociatedPolicy read(byte[] body) throws MalformedPayload {
        return new GroupAssociatedPolicy(
                DataAttribute.eachOnce("GAP", DataAttribute.readAll(new WireReader("GAP", body))));
    }

    /** The payload. */
    public Payload write() {
        WireWriter out = new WireWriter();
        DataAttribute.writeAll(out, attributes);
        return Payload.of(PayloadType.GAP, out.toByteArray());
    }

    /** In the order of the wire. */
    public List<DataAttribute> attributes() {
        return attributes;
    }
}
