// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.EspEncapsulator;
import org.getvpn.gm.io.FrameBatch;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Fragmenter;
import org.getvpn.gm.packet.IcmpTooBig;
import org.getvpn.gm.packet.Icmpv6TooBig;
import org.getvpn.gm.packet.Ip;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.packet.Ipv6;
import org.getvpn.gm.packet.Segmenter;
import org.getvpn.gm.packet.TcpMss;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.sa.LocalBypass;
import org.getvpn.gm.sa.OutboundSa;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaSnapshot;
import org.getvpn.gm.sa.SelectorTable;

/** From the site to the WAN: policy, size, encryption. Used by one thread. */
final class OutboundPath {
    private static final int HEADROOM = 64; // for a time in front of a packet, and aligned

    private final Attachment attachment;
    private final Framing framing;
    private final Exit wan;
    private final Exit site;
    private final Counters counters;
    private final int memberAddress;
    private final Paths paths;
    private final boolean clampsMss;
    private final LocalBypass localBypass;
    private final EspEncapsulator encapsulator;
    private final PacketKey key = new PacketKey();
    private final FragmentTable fragments = new FragmentTable();
    private final Fragmenter fragmenter = new Fragmenter();
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment scratch;
    private final MemorySegment segment;

    /** Of the only packet thread. */
    OutboundPath(
            Attachment attachment,
            Framing framing,
            Exit wan,
            Exit site,
            Counters counters,
            PipelineSettings settings,
            Paths paths) {
        this(0, attachment, framing, wan, site, counters, settings, paths);
    }

    /**
     * @param worker which of several packet threads, from 0
     * @param wan where ESP goes
     * @param site where answers to a sender go
     * @param paths how long ESP packets may be
     */
    OutboundPath(
            int worker,
            Attachment attachment,
            Framing framing,
            Exit wan,
            Exit site,
            Counters counters,
            PipelineSettings settings,
            Paths paths) {
        this.encapsulator = new EspEncapsulator(worker);
        this.attachment = attachment;
        this.framing = framing;
        this.wan = wan;
        this.site = site;
        this.counters = counters;
        this.memberAddress = settings.memberAddress();
        this.clampsMss = settings.clampsMss();
        this.localBypass = settings.localBypass();
        this.paths = paths;
        this.scratch = Arena.ofAuto().allocate(HEADROOM + paths.ordinary() + FrameBatch.TAIL, 64);
        this.segment = Arena.ofAuto().allocate(HEADROOM + Ipv4.MAX_LENGTH + FrameBatch.TAIL, 64);
    }

    /**
     * Processes a frame with an IP packet that {@link Ip#check} accepted. The packets of a
     * super-frame share what policy looks at, so they share its verdict.
     *
     * @param now monotonic nanoseconds
     */
    void process(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        long ip = offset + Ethernet.HEADER;
        key.read(frame, ip);
        fragments.apply(key, now);
        boolean isWhole = VirtioHeader.gsoType(frame, offset) == VirtioHeader.GSO_NONE;
        if (!isWhole && !segmenter.begin(frame, offset)) {
            counters.drop(DropReason.MALFORMED_OFFLOAD);
            return;
        }
        DropReason refusal =
                localBypass.isEmpty()
                        ? byGroup(sas, frame, offset, now)
                        : byLocalLines(sas, frame, offset, now);
        if (refusal != null) {
            counters.drop(refusal, isWhole ? 1 : segmenter.remaining());
        }
    }

    private DropReason byLocalLines(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        return switch (localBypass.leaving(key)) {
            case SelectorTable.NONE -> byGroup(sas, frame, offset, now);
            case SelectorTable.NEEDS_PORTS -> DropReason.FRAGMENT_UNRESOLVED;
            default -> bypass(frame, offset, DropReason.LOCAL_BYPASS_NOT_AT_SITE);
        };
    }

    private DropReason byGroup(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        return sas.policy().isEmpty()
                ? bySelectors(sas, frame, offset, now)
                : byPolicy(sas, frame, offset, now);
    }

    private DropReason bySelectors(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        if (sas.isBlank()) {
            return DropReason.NO_SA;
        }
        return switch (sas.protectedBySelectors(key)) {
            case SelectorTable.NONE -> DropReason.NO_POLICY;
            case SelectorTable.NEEDS_PORTS -> DropReason.FRAGMENT_UNRESOLVED;
            default -> protect(sas, frame, offset, now);
        };
    }

    private DropReason byPolicy(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        int line = sas.policy().firstMatch(key);
        if (line == SelectorTable.NONE) {
            return DropReason.NO_POLICY;
        }
        if (line == SelectorTable.NEEDS_PORTS) {
            return DropReason.FRAGMENT_UNRESOLVED;
        }
        TrafficRule.Action action = sas.policy().action(line);
        return switch (action) {
            case PROTECT -> protect(sas, frame, offset, now);
            case BYPASS -> bypass(frame, offset, DropReason.BYPASS_ON_MEMBER_PORT);
            case DROP -> DropReason.POLICY_DROP;
        };
    }

    private DropReason bypass(MemorySegment frame, long offset, DropReason onMemberPort) {
        if (attachment == Attachment.MEMBER_PORT) {
            return onMemberPort;
        }
        if (VirtioHeader.gsoType(frame, offset) != VirtioHeader.GSO_NONE) {
            return bypassSegments(frame, offset);
        }
        int length = Ip.totalLength(frame, offset + Ethernet.HEADER);
        if (!wan.fits(Ethernet.HEADER + length)) {
            return DropReason.OVERSIZED_FRAME;
        }
        Pass.packet(framing, frame, offset, length, wan);
        counters.count(TrafficCounter.BYPASSED_PACKETS);
        return null;
    }

    /**
     * In clear, because nobody sends with the group's key yet. At a member port the switch does
     * that, and what comes here comes too early.
     */
    private DropReason migrate(MemorySegment frame, long offset) {
        long packets =
                VirtioHeader.gsoType(frame, offset) == VirtioHeader.GSO_NONE
                        ? 1
                        : segmenter.remaining();
        DropReason refusal = bypass(frame, offset, DropReason.NO_SA);
        if (refusal == null) {
            counters.count(TrafficCounter.RECEIVE_ONLY_CLEAR_PACKETS, packets);
        }
        return refusal;
    }

    private DropReason bypassSegments(MemorySegment frame, long offset) {
        if (!wan.fits(Ethernet.HEADER + segmenter.longest())) {
            return DropReason.OVERSIZED_FRAME;
        }
        counters.count(TrafficCounter.SEGMENTED_FRAMES);
        while (segmenter.remaining() > 0) {
            long at = wan.next();
            framing.onward(frame, offset, wan.memory(), at);
            int length = segmenter.next(wan.memory(), at + Ethernet.HEADER);
            wan.commitPacket(Ethernet.HEADER + length);
            counters.count(TrafficCounter.BYPASSED_PACKETS);
        }
        return null;
    }

    private DropReason protect(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        OutboundSa sa = sas.outbound(key);
        if (sa == null) {
            return sas.isReceiveOnly(key) ? migrate(frame, offset) : DropReason.NO_SA;
        }
        if (VirtioHeader.gsoType(frame, offset) != VirtioHeader.GSO_NONE) {
            protectSegments(sa, frame, offset, now);
            return null;
        }
        return protect(sa, frame, offset, frame, offset + Ethernet.HEADER, now);
    }

    private void protectSegments(OutboundSa sa, MemorySegment frame, long offset, long now) {
        counters.count(TrafficCounter.SEGMENTED_FRAMES);
        while (segmenter.remaining() > 0) {
            segmenter.next(segment, HEADROOM);
            DropReason refusal = protect(sa, frame, offset, segment, HEADROOM, now);
            if (refusal != null) {
                counters.drop(refusal, 1 + segmenter.remaining()); // those behind fare no better
                return;
            }
        }
    }

    /**
     * Protects one packet.
     *
     * @param frame has the Ethernet header that the packet came with, at {@code offset}
     */
    private DropReason protect(
            OutboundSa sa,
            MemorySegment frame,
            long offset,
            MemorySegment packet,
            long ip,
            long now) {
        int length = Ip.totalLength(packet, ip);
        int header = Ip.plainHeader(packet, ip);
        int innerMtu = sa.format().innerMtu(header, paths.to(packet, ip, now));
        if (clampsMss && TcpMss.clamp(packet, ip, innerMtu - header - TcpMss.TCP_HEADER)) {
            counters.count(TrafficCounter.MSS_CLAMPED);
        }
        if (length <= innerMtu) {
            return encrypt(sa, frame, offset, packet, ip, length, now);
        }
        if (!Ip.mayBeCut(packet, ip)) {
            tellSender(frame, offset, packet, ip, innerMtu, now);
            return DropReason.TOO_BIG;
        }
        return encryptInFragments(sa, frame, offset, packet, ip, innerMtu, now);
    }

    private DropReason encryptInFragments(
            OutboundSa sa,
            MemorySegment frame,
            long offset,
            MemorySegment packet,
            long ip,
            int innerMtu,
            long now) {
        fragmenter.begin(packet, ip, innerMtu);
        while (fragmenter.hasNext()) {
            int length = fragmenter.next(scratch, HEADROOM);
            DropReason refusal = encrypt(sa, frame, offset, scratch, HEADROOM, length, now);
            if (refusal != null) {
                return refusal; // the packet is lost whole: one drop
            }
        }
        counters.count(TrafficCounter.FRAGMENTED_PACKETS);
        return null;
    }

    private DropReason encrypt(
            OutboundSa sa,
            MemorySegment frame,
            long offset,
            MemorySegment packet,
            long ip,
            int length,
            long now) {
        long at = wan.next();
        int outerLength =
                encapsulator.encapsulate(sa, packet, ip, wan.memory(), at + Ethernet.HEADER, now);
        if (outerLength == EspEncapsulator.TIME_UNKNOWN) {
            return DropReason.TIME_UNKNOWN;
        }
        if (outerLength == EspEncapsulator.SPENT) {
            return DropReason.SEQUENCE_EXHAUSTED;
        }
        framing.onward(frame, offset, wan.memory(), at);
        wan.commit(Ethernet.HEADER + outerLength);
        counters.count(TrafficCounter.ENCRYPTED_PACKETS);
        counters.count(TrafficCounter.ENCRYPTED_OCTETS, length);
        return null;
    }

    private void tellSender(
            MemorySegment frame,
            long offset,
            MemorySegment packet,
            long ip,
            int innerMtu,
            long now) {
        boolean six = Ipv6.is(packet, ip);
        boolean mayTell = six ? mayTellIpv6(packet, ip) : mayTellIpv4(packet, ip);
        if (!mayTell || !paths.tellings().take(now)) {
            return;
        }
        long at = site.next();
        framing.back(frame, offset, site.memory(), at);
        long to = at + Ethernet.HEADER;
        int length =
                six
                        ? Icmpv6TooBig.write(
                                packet, ip, Math.max(innerMtu, Ipv6.LEAST_MTU), site.memory(), to)
                        : IcmpTooBig.write(
                                packet, ip, reporter(packet, ip), innerMtu, site.memory(), to);
        site.commit(Ethernet.HEADER + length);
        counters.count(TrafficCounter.ICMP_TOO_BIG_SENT);
    }

    /** A host believes nothing that comes to it from an address of its own. */
    private int reporter(MemorySegment packet, long ip) {
        return attachment == Attachment.HOST ? Ipv4.destination(packet, ip) : memberAddress;
    }

    private boolean mayTellIpv4(MemorySegment packet, long ip) {
        return reporter(packet, ip) != 0
                && IcmpTooBig.mayAnswer(packet, ip)
                && site.fits(Ethernet.HEADER + IcmpTooBig.MAX_LENGTH);
    }

    /** A host that was told would not make packets shorter than the least MTU. */
    private boolean mayTellIpv6(MemorySegment packet, long ip) {
        return Ipv6.totalLength(packet, ip) > Ipv6.LEAST_MTU
                && Icmpv6TooBig.mayAnswer(packet, ip)
                && site.fits(Ethernet.HEADER + Icmpv6TooBig.MAX_LENGTH);
    }
}
