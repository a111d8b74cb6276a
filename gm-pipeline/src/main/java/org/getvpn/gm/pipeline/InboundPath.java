// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import java.lang.foreign.MemorySegment;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gm.esp.EspDecapsulator;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ethernet;
import org.getvpn.gm.packet.Ip;
import org.getvpn.gm.packet.TcpMss;
import org.getvpn.gm.packet.VirtioHeader;
import org.getvpn.gm.sa.LocalBypass;
import org.getvpn.gm.sa.PacketKey;
import org.getvpn.gm.sa.SaSnapshot;

/** From the WAN to the site: only ESP that opens, or what a BYPASS line names. One thread. */
final class InboundPath {
    private final Framing framing;
    private final Exit site;
    private final Counters counters;
    private final EspDecapsulator decapsulator;
    private final PacketKey key = new PacketKey();
    private final FragmentTable fragments = new FragmentTable();
    private final PathReports reports;
    private final boolean clampsMss;
    private final LocalBypass localBypass;
    private final Paths paths;

    /** Of the only packet thread. */
    InboundPath(
            Framing framing, Exit site, Counters counters, PipelineSettings settings, Paths paths) {
        this(0, framing, site, counters, settings, paths);
    }

    /**
     * @param worker which of several packet threads, from 0
     * @param paths learn from routers' reports
     */
    InboundPath(
            int worker,
            Framing framing,
            Exit site,
            Counters counters,
            PipelineSettings settings,
            Paths paths) {
        this.decapsulator = new EspDecapsulator(worker);
        this.framing = framing;
        this.site = site;
        this.counters = counters;
        this.reports = new PathReports(paths, counters);
        this.clampsMss = settings.clampsMss();
        this.localBypass = settings.localBypass();
        this.paths = paths;
    }

    /**
     * Takes a router's report on ESP.
     *
     * @return false if the packet is none
     */
    boolean takeReport(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        return reports.take(sas, frame, offset + Ethernet.HEADER, now);
    }

    /**
     * Processes a frame with an ESP packet that {@link Ip#check} accepted.
     *
     * @param now monotonic nanoseconds
     */
    void processEsp(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        if (!site.fits(Ethernet.HEADER + Ip.totalLength(frame, offset + Ethernet.HEADER))) {
            counters.drop(DropReason.OVERSIZED_FRAME);
            return;
        }
        long at = site.next();
        int length =
                decapsulator.decapsulate(
                        sas,
                        frame,
                        offset + Ethernet.HEADER,
                        site.memory(),
                        at + Ethernet.HEADER,
                        now);
        if (length == EspDecapsulator.DROPPED) {
            counters.drop(decapsulator.reason());
            return;
        }
        if (clampsMss) {
            clampMss(at + Ethernet.HEADER);
        }
        // behind decryption, because the packet's time lay where this header comes
        framing.onward(frame, offset, site.memory(), at);
        site.commitPacket(Ethernet.HEADER + length);
        counters.count(TrafficCounter.DECRYPTED_PACKETS);
        counters.count(TrafficCounter.DECRYPTED_OCTETS, length);
    }

    /** To what fits the way back, if it is as wide as this one. */
    private void clampMss(long ip) {
        int header = Ip.plainHeader(site.memory(), ip);
        int innerMtu = decapsulator.format().innerMtu(header, paths.ordinary());
        if (TcpMss.clamp(site.memory(), ip, innerMtu - header - TcpMss.TCP_HEADER)) {
            counters.count(TrafficCounter.MSS_CLAMPED);
        }
    }

    /** Processes clear text from the WAN, which a gateway has no switch to stop. */
    void processClearText(SaSnapshot sas, MemorySegment frame, long offset, long now) {
        long ip = offset + Ethernet.HEADER;
        key.read(frame, ip);
        fragments.apply(key, now);
        int length = Ip.totalLength(frame, ip);
        boolean migrates = isReceiveOnly(sas);
        if (!migrates && !localBypass.isArriving(key) && !isNamed(sas, TrafficRule.Action.BYPASS)
                || !site.fits(Ethernet.HEADER + length)) {
            counters.drop(DropReason.CLEARTEXT_FROM_WAN);
            return;
        }
        if (VirtioHeader.gsoType(frame, offset) == VirtioHeader.GSO_NONE) {
            Pass.packet(framing, frame, offset, length, site);
        } else if (site.takesSuperFrames()) {
            Pass.superFrame(framing, frame, offset, length, site);
        } else {
            counters.drop(DropReason.OVERSIZED_FRAME);
            return;
        }
        counters.count(TrafficCounter.BYPASSED_PACKETS);
        if (migrates) {
            counters.count(TrafficCounter.RECEIVE_ONLY_CLEAR_PACKETS);
        }
    }

    /** What is protected once the group sends with its key. */
    private boolean isReceiveOnly(SaSnapshot sas) {
        return sas.isReceiveOnly(key)
                && (sas.policy().isEmpty() || isNamed(sas, TrafficRule.Action.PROTECT));
    }

    private boolean isNamed(SaSnapshot sas, TrafficRule.Action action) {
        int line = sas.policy().firstMatch(key);
        return line >= 0 && sas.policy().action(line) == action;
    }
}
