// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.sa;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.getvpn.gdoi.crypto.SecretBytes;
import org.getvpn.gdoi.policy.EspTransform;
import org.getvpn.gdoi.policy.IpPrefix;
import org.getvpn.gdoi.policy.SenderId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gdoi.policy.Tek;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.esp.AeadCipher;
import org.getvpn.gm.esp.AeadProvider;
import org.getvpn.gm.esp.EspCiphers;
import org.getvpn.gm.esp.EspFormat;

/**
 * The member's SAs and policy. Control changes it under a lock; each change publishes one immutable
 * {@link SaSnapshot} by a volatile write. The packet path reads through {@link SaReader} and takes
 * no lock.
 *
 * <p>Order is kept by the methods: an SA is received from {@link #install}, sent with from {@link
 * #activate}, and gone after {@link #remove}. Nothing here looks at a clock: delays and lifetimes
 * are control's.
 */
public final class SaDatabase {
    private static final int REMEMBERED_SENDERS = 65_536;
    private static final IpPrefix ANY_IPV4 = IpPrefix.of(new byte[4], 0);
    private static final IpPrefix ANY_IPV6 = IpPrefix.of(new byte[16], 0);

    /** Of a TEK without selectors: the group's policy alone decides. */
    private static final List<TrafficSelector> EVERYTHING =
            List.of(
                    new TrafficSelector(ANY_IPV4, ANY_IPV4, 0, 0, 0),
                    new TrafficSelector(ANY_IPV6, ANY_IPV6, 0, 0, 0));

    private final AeadProvider crypto;
    private final SequenceWatch watch;
    private final Function<EspTransform, ReplayCheck> replayChecks;
    private final MemberMode mode;
    private final int workers;
    private final long mostPackets;
    private final Map<Integer, Entry> entries = new LinkedHashMap<>();
    private final List<SaReader> readers = new ArrayList<>();
    private final List<Unused> unused = new ArrayList<>();
    private final Set<Long> usedSenders = new LinkedHashSet<>();
    private PolicyTable policy = PolicyTable.EMPTY;
    private volatile SaSnapshot snapshot;

    /** An SA in any stage but GONE. */
    private static final class Entry {
        private final Tek tek;
        private final SecretBytes key;
        private final SecretBytes integrityKey;
        private final SelectorTable selectors;
        private final InboundSa inbound; // null for a sender-only SA
        private final TimeRule timeRule; // null for none
        private KeyStage stage = KeyStage.RECEIVABLE;
        private OutboundSa outbound; // from the first activation on: its counter must live on

        Entry(
                Tek tek,
                SecretBytes key,
                SecretBytes integrityKey,
                SelectorTable selectors,
                InboundSa inbound,
                TimeRule timeRule) {
            this.timeRule = timeRule;
            this.tek = tek;
            this.key = key;
            this.integrityKey = integrityKey;
            this.selectors = selectors;
            this.inbound = inbound;
        }

        /** The same SA with other selectors. */
        Entry with(Tek changed, SelectorTable changedSelectors) {
            InboundSa sa = inbound == null ? null : inbound.with(changedSelectors);
            Entry entry = new Entry(changed, key, integrityKey, changedSelectors, sa, timeRule);
            entry.stage = stage;
            entry.outbound = outbound;
            return entry;
        }
    }

    /** A cipher that no snapshot from {@code generation} on holds. */
    private record Unused(AeadCipher cipher, long generation) {}

    /**
     * @param crypto makes the ciphers
     * @param watch hears when a counter comes to its end
     */
    public SaDatabase(AeadProvider crypto, SequenceWatch watch) {
        this(crypto, watch, transform -> ReplayCheck.NONE);
    }

    /**
     * @param crypto makes the ciphers
     * @param watch hears when a counter comes to its end
     * @param replayChecks makes one for each SA that is received
     */
    public SaDatabase(
            AeadProvider crypto,
            SequenceWatch watch,
            Function<EspTransform, ReplayCheck> replayChecks) {
        this(crypto, watch, replayChecks, MemberMode.ACTIVE, 1);
    }

    /**
     * @param crypto makes the ciphers
     * @param watch hears when a counter comes to its end
     * @param replayChecks makes one for each SA that is received
     * @param mode whether receive-only SAs may be sent with
     * @param workers packet threads that send at the same time, and as many that receive
     */
    public SaDatabase(
            AeadProvider crypto,
            SequenceWatch watch,
            Function<EspTransform, ReplayCheck> replayChecks,
            MemberMode mode,
            int workers) {
        this(crypto, watch, replayChecks, mode, workers, OutboundSa.MAX_SEQUENCE);
    }

    /**
     * @param mostPackets that an SA sends under one sender id, 2^32-1 at most; lower in tests
     */
    SaDatabase(
            AeadProvider crypto,
            SequenceWatch watch,
            Function<EspTransform, ReplayCheck> replayChecks,
            MemberMode mode,
            int workers,
            long mostPackets) {
        this.mode = mode;
        this.workers = workers;
        this.mostPackets = mostPackets;
        this.replayChecks = replayChecks;
        this.crypto = crypto;
        this.watch = watch;
        this.snapshot =
                new SaSnapshot(0, policy, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** How many packet threads may send at the same time, and as many receive. */
    public int workers() {
        return workers;
    }

    /** Name of the AES-GCM that runs, for status. */
    public String cryptoName() {
        return crypto.name();
    }

    /**
     * Begins to receive under a key: stage RECEIVABLE. A key already there stays in its stage and
     * goes on counting, with the new selectors if they differ; if the same SPI comes with another
     * key or transform, the old SA is replaced and its sending ends. The key is copied.
     *
     * @throws IllegalArgumentException for keys of other lengths than the transform's
     */
    public void install(Tek tek) {
        install(tek, null);
    }

    /**
     * The same for packets that carry a time. A key already there keeps its rule.
     *
     * @param timeRule null for none
     */
    public synchronized void install(Tek tek, TimeRule timeRule) {
        Entry old = entries.get(tek.spi().value());
        SelectorTable selectors =
                new SelectorTable(tek.selectors().isEmpty() ? EVERYTHING : tek.selectors());
        if (old != null && hasSameKey(old, tek)) {
            if (!old.tek.selectors().equals(tek.selectors())) {
                entries.put(tek.spi().value(), old.with(tek, selectors));
                publish();
            }
            return;
        }
        SecretBytes key = SecretBytes.wrap(tek.cipherKey().expose());
        SecretBytes integrityKey = SecretBytes.wrap(tek.integrityKey().expose());
        InboundSa inbound =
                tek.direction() == Tek.Direction.SENDER_ONLY
                        ? null
                        : new InboundSa(
                                tek.spi(),
                                ciphers(tek.transform(), key, integrityKey),
                                selectors,
                                replayChecks.apply(tek.transform()),
                                timeRule,
                                EspFormat.of(tek.transform(), timeRule));
        if (old != null) {
            discard(old);
        }
        entries.remove(tek.spi().value()); // so that the newest is last
        entries.put(
                tek.spi().value(), new Entry(tek, key, integrityKey, selectors, inbound, timeRule));
        publish();
    }

    /** One for each worker, because a cipher is one thread's. */
    private List<AeadCipher> ciphers(
            EspTransform transform, SecretBytes key, SecretBytes integrityKey) {
        List<AeadCipher> ciphers = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            ciphers.add(EspCiphers.cipher(crypto, transform, key, integrityKey));
        }
        return ciphers;
    }

    private static boolean hasSameKey(Entry entry, Tek tek) {
        return entry.tek.transform().equals(tek.transform())
                && entry.tek.direction() == tek.direction()
                && entry.key.equals(tek.cipherKey())
                && entry.integrityKey.equals(tek.integrityKey());
    }

    /**
     * Begins to send under a key that is received: stage SENDABLE. Older SAs whose traffic this one
     * covers go to RETIRING. With the sender id it had before, an SA goes on where its counter
     * stands; with another one it starts a new counter under that.
     *
     * @param sender given to this member alone and not used before under this key; null for a
     *     transform that needs none, because its IVs are no counters
     * @throws IllegalStateException if the SPI is not installed, needs a sender, may not be sent
     *     with, or was used with {@code sender} before its counter was given up: an IV would repeat
     */
    public synchronized void activate(Spi spi, SenderId sender) {
        Entry entry = entries.get(spi.value());
        if (entry == null) {
            throw new IllegalStateException("SA " + spi + " is not received yet: install it first");
        }
        if (entry.tek.direction() == Tek.Direction.RECEIVER_ONLY && mode == MemberMode.ACTIVE) {
            throw new IllegalStateException("SA " + spi + " is receive-only");
        }
        boolean isCounted = entry.tek.transform().counterMode();
        if (isCounted && sender == null) {
            throw new IllegalStateException("SA " + spi + " needs a sender id, and there is none");
        }
        SenderId as = isCounted ? sender : null;
        if (entry.outbound == null || !Objects.equals(entry.outbound.sender(), as)) {
            if (isCounted) {
                claim(spi, sender);
            }
            giveUpOutbound(entry);
            entry.outbound =
                    new OutboundSa(
                            spi,
                            as,
                            ciphers(entry.tek.transform(), entry.key, entry.integrityKey),
                            watch,
                            entry.timeRule,
                            EspFormat.of(entry.tek.transform(), entry.timeRule),
                            mostPackets);
        } else if (entry.stage == KeyStage.SENDABLE) {
            return;
        }
        entry.stage = KeyStage.SENDABLE;
        for (Entry other : entries.values()) {
            if (other != entry
                    && other.stage == KeyStage.SENDABLE
                    && other.selectors.isWithin(entry.selectors)) {
                other.stage = KeyStage.RETIRING;
            }
        }
        publish();
    }

    /** An SPI keeps its key within the memory of this set, so the pair stands for (key, sender). */
    private void claim(Spi spi, SenderId sender) {
        long pair =
                (long) spi.value() << 32
                        | Integer.toUnsignedLong(sender.value() << Integer.SIZE - sender.bits());
        if (!usedSenders.add(pair)) {
            throw new IllegalStateException(
                    "SA "
                            + spi
                            + " was already sent with as sender "
                            + sender
                            + ": IVs would repeat; register again for another sender id");
        }
        if (usedSenders.size() > REMEMBERED_SENDERS) {
            Iterator<Long> oldest = usedSenders.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /**
     * Ends sending under a key; it is still received: stage RETIRING. Without effect on an SA that
     * is not there.
     */
    public synchronized void retire(Spi spi) {
        Entry entry = entries.get(spi.value());
        if (entry != null && entry.stage != KeyStage.RETIRING) {
            entry.stage = KeyStage.RETIRING;
            publish();
        }
    }

    /** Ends sending and receiving under a key and destroys it: stage GONE. */
    public synchronized void remove(Spi spi) {
        Entry entry = entries.remove(spi.value());
        if (entry != null) {
            discard(entry);
            publish();
        }
    }

    /** Removes every SA; policy stays, so that protected packets drop as NO_SA. */
    public synchronized void removeAll() {
        entries.values().forEach(this::discard);
        entries.clear();
        publish();
    }

    /** Replaces the group's ordered lines; an empty list leaves it to the SAs' selectors. */
    public synchronized void policy(List<TrafficRule> rules) {
        policy = new PolicyTable(rules);
        publish();
    }

    /** Where a key is in its life; {@link KeyStage#GONE} for an unknown one. */
    public synchronized KeyStage stage(Spi spi) {
        Entry entry = entries.get(spi.value());
        return entry == null ? KeyStage.GONE : entry.stage;
    }

    /** Every SA, oldest first. */
    public synchronized List<SaStatus> status() {
        List<SaStatus> all = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Optional<OutboundSa> outbound = Optional.ofNullable(entry.outbound);
            all.add(
                    new SaStatus(
                            entry.tek.spi(),
                            entry.tek.transform(),
                            entry.stage,
                            outbound.map(OutboundSa::sender),
                            outbound.map(OutboundSa::packets).orElse(0L)));
        }
        return all;
    }

    /** SAs that are received and whose packets carry a time, oldest first. */
    public synchronized List<InboundSa> timed() {
        return entries.values().stream()
                .map(entry -> entry.inbound)
                .filter(sa -> sa != null && sa.timeRule() != null)
                .toList();
    }

    /** A view for one more packet thread. */
    public synchronized SaReader reader() {
        SaReader reader = new SaReader(this, snapshot.generation());
        readers.add(reader);
        return reader;
    }

    synchronized void remove(SaReader reader) {
        readers.remove(reader);
        destroyUnused();
    }

    SaSnapshot snapshot() {
        return snapshot;
    }

    private void discard(Entry entry) {
        giveUpOutbound(entry);
        if (entry.inbound != null) {
            giveUp(entry.inbound::cipher);
        }
        entry.key.destroy();
        entry.integrityKey.destroy();
    }

    private void giveUpOutbound(Entry entry) {
        if (entry.outbound != null) {
            giveUp(entry.outbound::cipher);
            entry.outbound = null;
        }
    }

    private void giveUp(IntFunction<AeadCipher> ciphers) {
        for (int worker = 0; worker < workers; worker++) {
            unused.add(new Unused(ciphers.apply(worker), snapshot.generation() + 1));
        }
    }

    private void publish() {
        List<InboundSa> inbound = new ArrayList<>();
        List<OutboundSa> outbound = new ArrayList<>();
        List<SelectorTable> outboundSelectors = new ArrayList<>();
        List<SelectorTable> known = new ArrayList<>();
        List<SelectorTable> receiveOnly = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.inbound != null) {
                inbound.add(entry.inbound);
            }
            if (entry.stage == KeyStage.SENDABLE) {
                outbound.addFirst(entry.outbound);
                outboundSelectors.addFirst(entry.selectors);
            }
            known.add(entry.selectors);
            if (entry.tek.direction() == Tek.Direction.RECEIVER_ONLY) {
                receiveOnly.add(entry.selectors);
            }
        }
        snapshot =
                new SaSnapshot(
                        snapshot.generation() + 1,
                        policy,
                        inbound,
                        outbound,
                        outboundSelectors,
                        known,
                        receiveOnly);
        destroyUnused();
    }

    /** Destroys the ciphers that no reader can hold any more. */
    synchronized void destroyUnused() {
        long oldest = snapshot.generation();
        for (SaReader reader : readers) {
            oldest = Math.min(oldest, reader.seen());
        }
        for (Iterator<Unused> each = unused.iterator(); each.hasNext(); ) {
            Unused candidate = each.next();
            if (candidate.generation() <= oldest) {
                candidate.cipher().destroy();
                each.remove();
            }
        }
    }
}
