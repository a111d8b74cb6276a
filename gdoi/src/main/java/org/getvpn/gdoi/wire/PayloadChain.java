// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.security.auth.Destroyable;

/** The payloads of one message, in order, and nothing of its header. */
public final class PayloadChain implements Destroyable {
    /** More payloads than any exchange has use for. */
    public static final int MAX_PAYLOADS = 64;

    /** More than an SA payload of GDOI has room for at the size that its selectors take. */
    public static final int MAX_INNER_PAYLOADS = 1024;

    /** No cipher needs more; some peers add random lengths of padding. */
    private static final int MAX_PADDING = 255;

    private final List<Payload> payloads;
    private volatile boolean destroyed;

    private PayloadChain(List<Payload> payloads) {
        this.payloads = List.copyOf(payloads);
    }

    /** Chains payloads that are to be sent. */
    public static PayloadChain of(Payload... payloads) {
        return of(Arrays.asList(payloads));
    }

    /** Chains payloads that are to be sent. */
    public static PayloadChain of(List<Payload> payloads) {
        return of(payloads, MAX_PAYLOADS);
    }

    /** Chains the payloads inside an SA payload of GDOI. */
    static PayloadChain ofInner(List<Payload> payloads) {
        return of(payloads, MAX_INNER_PAYLOADS);
    }

    private static PayloadChain of(List<Payload> payloads, int most) {
        if (payloads.size() > most) {
            throw new IllegalArgumentException(payloads.size() + " payloads");
        }
        List<Payload> chained = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            chained.add(
                    payloads.get(i)
                            .followedBy(
                                    i + 1 < payloads.size()
                                            ? payloads.get(i + 1).type()
                                            : PayloadType.NONE));
        }
        return new PayloadChain(chained);
    }

    /**
     * Reads what follows a header, decrypted if need be. After the last payload, octets are taken
     * as encryption padding when {@code padded}, else refused.
     *
     * @param first type of the first payload
     * @throws MalformedPayload if lengths do not close, or beyond {@link #MAX_PAYLOADS}
     */
    public static PayloadChain read(PayloadType first, byte[] octets, Padding padded)
            throws MalformedPayload {
        return read(first, octets, padded, MAX_PAYLOADS);
    }

    /** Reads the payloads inside an SA payload of GDOI. */
    static PayloadChain readInner(PayloadType first, byte[] octets) throws MalformedPayload {
        return read(first, octets, Padding.NONE, MAX_INNER_PAYLOADS);
    }

    private static PayloadChain read(PayloadType first, byte[] octets, Padding padded, int most)
            throws MalformedPayload {
        List<Payload> payloads = new ArrayList<>();
        PayloadType type = first;
        int at = 0;
        while (!type.equals(PayloadType.NONE)) {
            if (payloads.size() == most) {
                throw new MalformedPayload("more than " + most + " payloads");
            }
            if (octets.length - at < Payload.GENERIC_HEADER) {
                throw new MalformedPayload(type + ": header cut off");
            }
            if (octets[at + 1] != 0) {
                throw new MalformedPayload(type + ": RESERVED is not 0");
            }
            int length = (octets[at + 2] & 0xff) << 8 | octets[at + 3] & 0xff;
            if (length < Payload.GENERIC_HEADER || length > octets.length - at) {
                throw new MalformedPayload(
                        type + ": length " + length + ", " + (octets.length - at) + " left");
            }
            payloads.add(Payload.received(type, Arrays.copyOfRange(octets, at, at + length)));
            type = PayloadType.of(octets[at] & 0xff);
            at += length;
        }
        if (padded == Padding.NONE && at != octets.length) {
            throw new MalformedPayload(octets.length - at + " octets after the last payload");
        }
        if (octets.length - at > MAX_PADDING) {
            throw new MalformedPayload(octets.length - at + " octets of padding");
        }
        return new PayloadChain(payloads);
    }

    /** Whether octets may follow the last payload. */
    public enum Padding {
        /** a clear message: none */
        NONE,
        /** an encrypted message: up to the cipher's block */
        ALLOWED
    }

    /** In order. */
    public List<Payload> payloads() {
        return payloads;
    }

    /** Type of the first payload, NONE of an empty chain. */
    public PayloadType first() {
        return payloads.isEmpty() ? PayloadType.NONE : payloads.get(0).type();
    }

    /** The first payload of that type. */
    public Optional<Payload> find(PayloadType type) {
        return payloads.stream().filter(p -> p.type().equals(type)).findFirst();
    }

    /**
     * The payload of a type that may stand once.
     *
     * @throws MalformedPayload if it stands twice
     */
    public Optional<Payload> atMostOne(PayloadType type) throws MalformedPayload {
        if (all(type).size() > 1) {
            throw new MalformedPayload("more than one " + type);
        }
        return find(type);
    }

    /**
     * The body of a payload that must stand once.
     *
     * @param least octets of the body
     * @param most octets of the body
     * @throws MalformedPayload if it is missing, stands twice, or is shorter or longer
     */
    public byte[] onlyBody(PayloadType type, int least, int most) throws MalformedPayload {
        Payload only = atMostOne(type).orElseThrow(() -> new MalformedPayload("no " + type));
        byte[] body = only.body();
        if (body.length < least || body.length > most) {
            throw new MalformedPayload(
                    type + " of " + body.length + " octets: " + least + " to " + most);
        }
        return body;
    }

    /** All payloads of that type. */
    public List<Payload> all(PayloadType type) {
        List<Payload> found = new ArrayList<>();
        for (Payload payload : payloads) {
            if (payload.type().equals(type)) {
                found.add(payload);
            }
        }
        return found;
    }

    /** All octets, without padding. */
    public byte[] octets() {
        return octetsFrom(0);
    }

    /** The octets of the payloads from {@code index} on: what a HASH in front of them covers. */
    public byte[] octetsFrom(int index) {
        WireWriter out = new WireWriter();
        for (Payload payload :
                payloads.subList(Math.min(index, payloads.size()), payloads.size())) {
            payload.write(out);
        }
        return out.toByteArray();
    }

    /** Zeroes all payloads: for a chain that held keys. */
    @Override
    public void destroy() {
        payloads.forEach(Payload::destroy);
        destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public String toString() {
        return payloads.toString();
    }
}
