// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a call to an {@link Exchange} asks of its caller. */
public final class Outcome {
    /** What became of the datagram. */
    public enum Verdict {
        /** taken; the state advanced */
        ADVANCED,
        /** not taken; the state is what it was */
        IGNORED,
        /** the exchange is over, without success */
        REFUSED
    }

    private final Verdict verdict;
    private final String reason;
    private final List<Datagram> send;
    private final List<Fact> facts;
    private final List<Computation> computations;
    private final Ticks deadline;

    private Outcome(Builder builder) {
        verdict = builder.verdict;
        reason = builder.reason;
        send = List.copyOf(builder.send);
        facts = List.copyOf(builder.facts);
        computations = List.copyOf(builder.computations);
        deadline = builder.deadline;
    }

    /** Starts an outcome that advances. */
    public static Builder advanced() {
        return new Builder(Verdict.ADVANCED, "");
    }

    /**
     * Starts an outcome of a datagram that changed nothing; {@code reason} in an operator's words.
     */
    public static Builder ignored(String reason) {
        return new Builder(Verdict.IGNORED, reason);
    }

    /** Starts an outcome that ends the exchange; {@code reason} says what a person can do. */
    public static Builder refused(String reason) {
        return new Builder(Verdict.REFUSED, reason);
    }

    /** What became of the datagram. */
    public Verdict verdict() {
        return verdict;
    }

    /** Why it was ignored or refused, in words of an operator; empty if it advanced. */
    public String reason() {
        return reason;
    }

    /** Datagrams to send, in order. */
    public List<Datagram> send() {
        return send;
    }

    /** What happened, in order. */
    public List<Fact> facts() {
        return facts;
    }

    /** Work to be done elsewhere. */
    public List<Computation> computations() {
        return computations;
    }

    /** When {@link Exchange#tick} wants to be called next; empty for never. */
    public Optional<Ticks> deadline() {
        return Optional.ofNullable(deadline);
    }

    /** Collects an outcome. */
    public static final class Builder {
        private final Verdict verdict;
        private final String reason;
        private final List<Datagram> send = new ArrayList<>();
        private final List<Fact> facts = new ArrayList<>();
        private final List<Computation> computations = new ArrayList<>();
        private Ticks deadline;

        private Builder(Verdict verdict, String reason) {
            this.verdict = verdict;
            this.reason = reason;
        }

        /** Adds a datagram to send. */
        public Builder send(Datagram datagram) {
            send.add(datagram);
            return this;
        }

        /** Adds a fact. */
        public Builder fact(Fact fact) {
            facts.add(fact);
            return this;
        }

        /** Adds work to be done elsewhere. */
        public Builder compute(Computation computation) {
            computations.add(computation);
            return this;
        }

        /** Sets when {@link Exchange#tick} wants to be called next; null for never. */
        public Builder deadline(Ticks at) {
            deadline = at;
            return this;
        }

        /** The finished outcome. */
        public Outcome build() {
            return new Outcome(this);
        }
    }
}
