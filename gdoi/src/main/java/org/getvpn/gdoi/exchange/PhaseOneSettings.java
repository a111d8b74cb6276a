// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.getvpn.gdoi.crypto.AuthenticationMethod;
import org.getvpn.gdoi.wire.Identification;

/**
 * How this end does Phase 1, as initiator or responder. Unchangeable: each {@code with} gives
 * another one.
 */
public final class PhaseOneSettings {
    /** Unless {@link #withLifetime} says otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

    /** Unless {@link #withIdle} says otherwise. */
    public static final Duration DEFAULT_IDLE = Duration.ofMinutes(2);

    /** Least of {@link #withIdle}. */
    public static final Duration SHORTEST_IDLE = Duration.ofSeconds(10);

    /** Most of {@link #withIdle}. */
    public static final Duration LONGEST_IDLE = Duration.ofHours(1);

    /** Least of {@link #withLifetime}. */
    public static final Duration SHORTEST_LIFETIME = Duration.ofMinutes(1);

    /** Most of {@link #withLifetime}. */
    public static final Duration LONGEST_LIFETIME = Duration.ofDays(7);

    private final List<PhaseOneProposal> proposals;
    private final PhaseOneCredentials credentials;
    private final PhaseOneMode mode;
    private final PhaseOneDoi doi;
    private final Duration lifetime;
    private final Identification identity;
    private final boolean delayDetection;
    private final Duration idle;

    private PhaseOneSettings(
            List<PhaseOneProposal> proposals,
            PhaseOneCredentials credentials,
            PhaseOneMode mode,
            PhaseOneDoi doi,
            Duration lifetime,
            Identification identity,
            boolean delayDetection,
            Duration idle) {
        this.delayDetection = delayDetection;
        this.idle = Objects.requireNonNull(idle);
        this.proposals = List.copyOf(proposals);
        this.credentials = credentials;
        this.mode = Objects.requireNonNull(mode);
        this.doi = Objects.requireNonNull(doi);
        this.lifetime = Objects.requireNonNull(lifetime);
        this.identity = identity;
        if (this.proposals.isEmpty()) {
            throw new IllegalArgumentException("no Phase 1 proposal: name at least one");
        }
        for (PhaseOneProposal proposal : this.proposals) {
            PhaseOneCredentials.check(proposal, credentials);
        }
    }

    /**
     * Main Mode with pre-shared keys, DOI 2, {@link #DEFAULT_LIFETIME}.
     *
     * @param proposals in order of preference, at least one
     * @throws IllegalArgumentException if there is none, or one needs credentials
     */
    public static PhaseOneSettings of(List<PhaseOneProposal> proposals) {
        return of(proposals, null);
    }

    /**
     * As above, with certificates.
     *
     * @param credentials null if no proposal needs them
     * @throws IllegalArgumentException that names the proposal that lacks what it needs
     */
    public static PhaseOneSettings of(
            List<PhaseOneProposal> proposals, PhaseOneCredentials credentials) {
        return new PhaseOneSettings(
                proposals,
                credentials,
                PhaseOneMode.MAIN,
                PhaseOneDoi.GDOI,
                DEFAULT_LIFETIME,
                null,
                false,
                DEFAULT_IDLE);
    }

    /**
     * With {@link PhaseOneMode#AGGRESSIVE} an initiator begins in Aggressive Mode, and a responder
     * takes it beside Main Mode. Otherwise nobody speaks it.
     */
    public PhaseOneSettings with(PhaseOneMode other) {
        return new PhaseOneSettings(
                proposals, credentials, other, doi, lifetime, identity, delayDetection, idle);
    }

    /** What an initiator's offer names. */
    public PhaseOneSettings with(PhaseOneDoi other) {
        return new PhaseOneSettings(
                proposals, credentials, mode, other, lifetime, identity, delayDetection, idle);
    }

    /**
     * How long an SA lives: what an initiator offers, and the most that a responder allows.
     *
     * @throws IllegalArgumentException below one minute or above seven days
     */
    public PhaseOneSettings withLifetime(Duration other) {
        if (other.compareTo(SHORTEST_LIFETIME) < 0 || other.compareTo(LONGEST_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "Phase 1 lifetime "
                            + other.getSeconds()
                            + " s: "
                            + SHORTEST_LIFETIME.getSeconds()
                            + " to "
                            + LONGEST_LIFETIME.getSeconds());
        }
        return new PhaseOneSettings(
                proposals, credentials, mode, doi, other, identity, delayDetection, idle);
    }

    /**
     * Who we say we are with a pre-shared key; otherwise our address. Main Mode proves an address
     * alone, so another name is of use in Aggressive Mode. With certificates, the credentials say
     * who we are.
     *
     * @param other for example from {@link IdentityText#parse}
     */
    public PhaseOneSettings withIdentity(Identification other) {
        return new PhaseOneSettings(
                proposals,
                credentials,
                mode,
                doi,
                lifetime,
                Objects.requireNonNull(other),
                delayDetection,
                idle);
    }

    /**
     * A responder announces that it may ask members for packets with a time in them
     * (draft-weis-delay-detection-03, section 4.1): in Phase 1, before a group is named, so it
     * speaks for all of them.
     */
    public PhaseOneSettings withDelayDetection() {
        return new PhaseOneSettings(
                proposals, credentials, mode, doi, lifetime, identity, true, idle);
    }

    /**
     * How long a responder's SA may be idle: then its peer is asked whether it is there (RFC 3706),
     * if it announced that it answers, or else the SA ends.
     *
     * @throws IllegalArgumentException below 10 seconds or above one hour
     */
    public PhaseOneSettings withIdle(Duration other) {
        if (other.compareTo(SHORTEST_IDLE) < 0 || other.compareTo(LONGEST_IDLE) > 0) {
            throw new IllegalArgumentException(
                    "idle time of Phase 1 SAs "
                            + other.getSeconds()
                            + " s: "
                            + SHORTEST_IDLE.getSeconds()
                            + " to "
                            + LONGEST_IDLE.getSeconds());
        }
        return new PhaseOneSettings(
                proposals, credentials, mode, doi, lifetime, identity, delayDetection, other);
    }

    /** How long a responder's SA may be idle. */
    public Duration idle() {
        return idle;
    }

    /** Whether a responder announces IP-D3P. */
    boolean announcesDelayDetection() {
        return delayDetection;
    }

    /** In order of preference. */
    public List<PhaseOneProposal> proposals() {
        return proposals;
    }

    /** Our certificate and whom we trust. */
    public Optional<PhaseOneCredentials> credentials() {
        return Optional.ofNullable(credentials);
    }

    /** How an initiator begins. */
    public PhaseOneMode mode() {
        return mode;
    }

    /** What an initiator's offer names. */
    public PhaseOneDoi doi() {
        return doi;
    }

    /** How long an SA lives at most. */
    public Duration lifetime() {
        return lifetime;
    }

    /** Whether a responder takes a first message of that mode. */
    boolean accepts(PhaseOneMode wanted) {
        return wanted == PhaseOneMode.MAIN || mode == PhaseOneMode.AGGRESSIVE;
    }

    /** What our Identification payload holds. */
    Identification identity(AuthenticationMethod method, InetAddress local) {
        if (!method.usesPreSharedKey()) {
            return credentials.identity();
        }
        return identity == null ? Identification.of(local) : identity;
    }

    /** Null where no proposal needs them. */
    PhaseOneCredentials credentialsOrNull() {
        return credentials;
    }

    /**
     * What an operator should know about these settings, one sentence each, to be logged where they
     * take effect; empty if there is nothing to warn of.
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (PhaseOneProposal proposal : proposals) {
            if (!proposal.weaknesses().isEmpty()) {
                warnings.add(
                        "Phase 1 proposal "
                                + proposal
                                + " is weak ("
                                + String.join(", ", proposal.weaknesses())
                                + "): use aes256-sha256-ecp256 as soon as every peer can");
            }
        }
        if (proposals.stream().anyMatch(p -> p.method().usesEncryption())) {
            warnings.add(
                    "Phase 1 RSA encryption decrypts what strangers send: use signatures as soon as"
                            + " every peer can");
        }
        if (mode == PhaseOneMode.AGGRESSIVE) {
            String exposed =
                    proposals.stream()
                            .filter(p -> p.method().usesPreSharedKey())
                            .map(PhaseOneProposal::toString)
                            .collect(Collectors.joining(", "));
            warnings.add(
                    "Phase 1 Aggressive Mode shows identities in the clear"
                            + (exposed.isEmpty()
                                    ? ""
                                    : " and, with "
                                            + exposed
                                            + ", lets strangers guess keys offline")
                            + ": use Main Mode as soon as every peer can");
        }
        return warnings;
    }
}
