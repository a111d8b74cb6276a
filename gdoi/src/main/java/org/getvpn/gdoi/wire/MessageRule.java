// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which payloads a message may hold, how often, and whether it is encrypted: the message grammar of
 * RFC 2409, section 5, RFC 6407, sections 3.2 and 4, RFC 3547, section 3.2, and RFC 8263, section
 * 3, as one table. Payloads of private types (128 and above) are ignored anywhere, as vendors
 * expect.
 */
public enum MessageRule {
    /** Offer, and answer to it. */
    MAIN_MODE_1_2(
            message(ExchangeType.MAIN, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .any(PayloadType.VENDOR_ID, 32)
                    .any(PayloadType.NOTIFY, 4)),
    /** Key exchange, with pre-shared keys and signatures. */
    MAIN_MODE_3_4(
            message(ExchangeType.MAIN, Protection.CLEAR)
                    .once(PayloadType.KE)
                    .once(PayloadType.NONCE)
                    .any(PayloadType.CR, 16)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Key exchange, with RSA encryption, original and revised. */
    MAIN_MODE_3_4_RSA_ENCRYPTION(
            message(ExchangeType.MAIN, Protection.CLEAR)
                    .once(PayloadType.KE)
                    .once(PayloadType.ID)
                    .once(PayloadType.NONCE)
                    .any(PayloadType.HASH, 1)
                    .any(PayloadType.CERT, 1)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Proof by a pre-shared key. */
    MAIN_MODE_5_6_PRE_SHARED_KEY(
            message(ExchangeType.MAIN, Protection.ENCRYPTED)
                    .once(PayloadType.ID)
                    .once(PayloadType.HASH)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Proof by a signature. */
    MAIN_MODE_5_6_SIGNATURE(
            message(ExchangeType.MAIN, Protection.ENCRYPTED)
                    .once(PayloadType.ID)
                    .once(PayloadType.SIG)
                    .any(PayloadType.CERT, 8)
                    .any(PayloadType.CR, 16)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Proof by having decrypted. */
    MAIN_MODE_5_6_RSA_ENCRYPTION(
            message(ExchangeType.MAIN, Protection.ENCRYPTED)
                    .once(PayloadType.HASH)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Offer, key exchange and identity at once. */
    AGGRESSIVE_MODE_1(
            message(ExchangeType.AGGRESSIVE, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .once(PayloadType.KE)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.ID)
                    .any(PayloadType.CR, 16)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Answer, with the responder's proof by a pre-shared key. */
    AGGRESSIVE_MODE_2_PRE_SHARED_KEY(
            message(ExchangeType.AGGRESSIVE, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .once(PayloadType.KE)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.ID)
                    .once(PayloadType.HASH)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Answer, with the responder's signature. */
    AGGRESSIVE_MODE_2_SIGNATURE(
            message(ExchangeType.AGGRESSIVE, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .once(PayloadType.KE)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.ID)
                    .once(PayloadType.SIG)
                    .any(PayloadType.CERT, 8)
                    .any(PayloadType.CR, 16)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Offer, key exchange and identity at once, with RSA encryption, original and revised. */
    AGGRESSIVE_MODE_1_RSA_ENCRYPTION(
            message(ExchangeType.AGGRESSIVE, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .once(PayloadType.KE)
                    .once(PayloadType.ID)
                    .once(PayloadType.NONCE)
                    .any(PayloadType.HASH, 1)
                    .any(PayloadType.CERT, 1)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** Answer, with the responder's proof of having decrypted. */
    AGGRESSIVE_MODE_2_RSA_ENCRYPTION(
            message(ExchangeType.AGGRESSIVE, Protection.CLEAR)
                    .first(PayloadType.SA)
                    .once(PayloadType.KE)
                    .once(PayloadType.ID)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.HASH)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /**
     * The initiator's proof by a pre-shared key, or of having decrypted; clear or encrypted (RFC
     * 2409, sections 5.2 to 5.4).
     */
    AGGRESSIVE_MODE_3_HASH(
            message(ExchangeType.AGGRESSIVE, Protection.EITHER)
                    .once(PayloadType.HASH)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** The initiator's signature; clear or encrypted. */
    AGGRESSIVE_MODE_3_SIGNATURE(
            message(ExchangeType.AGGRESSIVE, Protection.EITHER)
                    .once(PayloadType.SIG)
                    .any(PayloadType.CERT, 8)
                    .any(PayloadType.NAT_D, 8)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.VENDOR_ID, 32)),
    /** The member names the group. */
    PULL_1(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.ID)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** The key server sends the policy; some descriptions of GET VPN put an ID there too. */
    PULL_2(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .once(PayloadType.NONCE)
                    .once(PayloadType.SA)
                    .any(PayloadType.ID, 1)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** The member agrees and may ask for sender ids. */
    PULL_3(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .any(PayloadType.GAP, 1)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** The key server sends the keys. */
    PULL_4(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .any(PayloadType.SEQ, 1)
                    .once(PayloadType.KD)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** RFC 3547: the member agrees and proves that it holds a private key. */
    PULL_3_RFC3547(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .any(PayloadType.KE, 1)
                    .any(PayloadType.CERT, 8)
                    .any(PayloadType.POP, 1)
                    .any(PayloadType.GAP, 1)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** RFC 3547: the key server sends the keys and proves that it holds a private key. */
    PULL_4_RFC3547(
            message(ExchangeType.GROUPKEY_PULL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .any(PayloadType.KE, 1)
                    .any(PayloadType.SEQ, 1)
                    .once(PayloadType.KD)
                    .any(PayloadType.CERT, 8)
                    .any(PayloadType.POP, 1)
                    .any(PayloadType.VENDOR_ID, 8)),
    /** A rekey: deletes, then new policy and keys, then the signature over all of it. */
    PUSH(
            message(ExchangeType.GROUPKEY_PUSH, Protection.ENCRYPTED)
                    .first(PayloadType.SEQ)
                    .any(PayloadType.DELETE, 16)
                    .any(PayloadType.SA, 1)
                    .any(PayloadType.KD, 1)
                    .any(PayloadType.CERT, 8)
                    .last(PayloadType.SIG)),
    /** The acknowledgement of a rekey. */
    PUSH_ACK(
            message(ExchangeType.GROUPKEY_PUSH_ACK, Protection.CLEAR)
                    .first(PayloadType.HASH)
                    .once(PayloadType.SEQ)
                    .once(PayloadType.ID)),
    /** Notifications and deletes under a Phase 1 SA (RFC 2409, section 5.7). */
    INFORMATIONAL(
            message(ExchangeType.INFORMATIONAL, Protection.ENCRYPTED)
                    .first(PayloadType.HASH)
                    .any(PayloadType.NOTIFY, 8)
                    .any(PayloadType.DELETE, 8)),
    /** Notifications before there are keys: believed by nobody, logged. */
    INFORMATIONAL_IN_CLEAR(
            message(ExchangeType.INFORMATIONAL, Protection.CLEAR).any(PayloadType.NOTIFY, 8));

    /** Whether the encryption flag must be set. */
    public enum Protection {
        /** not set */
        CLEAR,
        /** set */
        ENCRYPTED,
        /** both are allowed */
        EITHER
    }

    private static final int PRIVATE_USE = 128;

    private final ExchangeType exchange;
    private final Protection protection;
    private final Map<PayloadType, Occurrence> occurrences;
    private final PayloadType first;
    private final PayloadType last;

    MessageRule(Grammar grammar) {
        this.exchange = grammar.exchange;
        this.protection = grammar.protection;
        this.occurrences = Map.copyOf(grammar.occurrences);
        this.first = grammar.first;
        this.last = grammar.last;
    }

    /** The exchange that the message belongs to. */
    public ExchangeType exchange() {
        return exchange;
    }

    /** Whether it is encrypted. */
    public Protection protection() {
        return protection;
    }

    /** Fewest and most payloads of a type; none of a type that the message does not know. */
    public Occurrence occurrence(PayloadType type) {
        return occurrences.getOrDefault(type, Occurrence.NEVER);
    }

    /**
     * Checks a message against this rule.
     *
     * @throws MalformedPayload that names the first payload out of place
     */
    public void verify(IsakmpHeader header, PayloadChain chain) throws MalformedPayload {
        if (!header.exchange().equals(exchange)) {
            throw refused(header.exchange() + " where " + exchange + " is expected");
        }
        boolean encrypted = (header.flags() & IsakmpHeader.FLAG_ENCRYPTED) != 0;
        if (protection != Protection.EITHER && encrypted != (protection == Protection.ENCRYPTED)) {
            throw refused(encrypted ? "encrypted, must be clear" : "clear, must be encrypted");
        }
        verify(chain);
    }

    /**
     * Checks the payloads alone.
     *
     * @throws MalformedPayload that names the first payload out of place
     */
    public void verify(PayloadChain chain) throws MalformedPayload {
        Map<PayloadType, Integer> counts = new LinkedHashMap<>();
        for (Payload payload : chain.payloads()) {
            counts.merge(payload.type(), 1, Integer::sum);
        }
        for (Map.Entry<PayloadType, Integer> entry : counts.entrySet()) {
            PayloadType type = entry.getKey();
            if (type.number() < PRIVATE_USE && entry.getValue() > occurrence(type).most()) {
                throw refused(
                        entry.getValue() + " " + type + ", at most " + occurrence(type).most());
            }
        }
        for (Map.Entry<PayloadType, Occurrence> entry : occurrences.entrySet()) {
            if (counts.getOrDefault(entry.getKey(), 0) < entry.getValue().fewest()) {
                throw refused("no " + entry.getKey() + " in " + chain);
            }
        }
        if (first != null && !chain.first().equals(first)) {
            throw refused(chain.first() + " comes first, must be " + first);
        }
        int size = chain.payloads().size();
        if (last != null && !chain.payloads().get(size - 1).type().equals(last)) {
            throw refused(chain.payloads().get(size - 1) + " comes last, must be " + last);
        }
    }

    private MalformedPayload refused(String reason) {
        return new MalformedPayload(this + ": " + reason);
    }

    private static Grammar message(ExchangeType exchange, Protection protection) {
        return new Grammar(exchange, protection);
    }

    /** How often a payload may stand in a message. */
    public static final class Occurrence {
        private static final Occurrence NEVER = new Occurrence(0, 0);

        private final int fewest;
        private final int most;

        private Occurrence(int fewest, int most) {
            this.fewest = fewest;
            this.most = most;
        }

        /** 0 or 1. */
        public int fewest() {
            return fewest;
        }

        /** At least {@link #fewest()}. */
        public int most() {
            return most;
        }
    }

    /** A rule while it is written down. */
    private static final class Grammar {
        private final ExchangeType exchange;
        private final Protection protection;
        private final Map<PayloadType, Occurrence> occurrences = new LinkedHashMap<>();
        private PayloadType first;
        private PayloadType last;

        private Grammar(ExchangeType exchange, Protection protection) {
            this.exchange = exchange;
            this.protection = protection;
        }

        private Grammar first(PayloadType type) {
            first = type;
            return once(type);
        }

        private Grammar last(PayloadType type) {
            last = type;
            return once(type);
        }

        private Grammar once(PayloadType type) {
            occurrences.put(type, new Occurrence(1, 1));
            return this;
        }

        private Grammar any(PayloadType type, int most) {
            occurrences.put(type, new Occurrence(0, most));
            return this;
        }
    }
}
