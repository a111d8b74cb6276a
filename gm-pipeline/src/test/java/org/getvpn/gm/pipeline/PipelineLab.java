// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

import static org.getvpn.gm.Fixture.OWN_MAC;
import static org.getvpn.gm.Fixture.SENDER;
import static org.getvpn.gm.Fixture.SPI;
import static org.getvpn.gm.Fixture.bothVersions;
import static org.getvpn.gm.Fixture.tek;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.getvpn.gdoi.policy.TrafficRule;
import org.getvpn.gdoi.policy.TrafficSelector;
import org.getvpn.gm.esp.JdkAead;
import org.getvpn.gm.io.InMemoryIo;
import org.getvpn.gm.packet.DropReason;
import org.getvpn.gm.packet.Ipv4;
import org.getvpn.gm.sa.LocalBypass;
import org.getvpn.gm.sa.PacketTime;
import org.getvpn.gm.sa.SaDatabase;
import org.getvpn.gm.sa.SequenceWatch;
import org.getvpn.gm.sa.TimeRule;

/** A pipeline between wires in memory, turned by hand: no thread, no clock of its own. */
final class PipelineLab {
    static final int MTU = 1500;
    static final int ADDRESS = 0x0a010002;

    final InMemoryIo site;
    final InMemoryIo wan;
    final SaDatabase database;
    final Pipeline pipeline;
    long now = 1;

    private PipelineLab(Attachment attachment, SaDatabase database) {
        this(attachment, database, new PipelineSettings(ADDRESS, 0));
    }

    private PipelineLab(Attachment attachment, SaDatabase database, PipelineSettings settings) {
        this.database = database;
        if (attachment == Attachment.MEMBER_PORT) {
            site = new InMemoryIo("port", OWN_MAC, MTU);
            wan = site;
            pipeline = Pipeline.memberPort(site, database, settings, () -> now);
        } else if (attachment == Attachment.HOST) {
            site = new InMemoryIo("tun", OWN_MAC, MTU, Ipv4.MAX_LENGTH);
            wan = new InMemoryIo("wan", -1, MTU);
            pipeline = Pipeline.host(site, wan, database, settings, () -> now);
        } else {
            site = new InMemoryIo("site", OWN_MAC, MTU, Ipv4.MAX_LENGTH);
            wan = new InMemoryIo("wan", OWN_MAC + 1, MTU);
            pipeline = Pipeline.gateway(site, wan, database, settings, () -> now);
        }
    }

    static SaDatabase emptyDatabase() {
        return new SaDatabase(new JdkAead(), SequenceWatch.NONE);
    }

    static PipelineLab memberPort() {
        return new PipelineLab(Attachment.MEMBER_PORT, emptyDatabase());
    }

    static PipelineLab memberPort(SaDatabase database) {
        return new PipelineLab(Attachment.MEMBER_PORT, database);
    }

    static PipelineLab gateway(SaDatabase database) {
        return new PipelineLab(Attachment.GATEWAY, database);
    }

    static PipelineLab at(Attachment attachment) {
        return new PipelineLab(attachment, emptyDatabase());
    }

    static PipelineLab gateway() {
        return new PipelineLab(Attachment.GATEWAY, emptyDatabase());
    }

    /** A member of which TCP learns what fits. */
    static PipelineLab clamping(Attachment attachment) {
        return new PipelineLab(
                attachment,
                emptyDatabase(),
                new PipelineSettings(ADDRESS, 0, true, LocalBypass.NONE));
    }

    /** A member with BYPASS lines of its own. */
    static PipelineLab withLocalBypass(Attachment attachment, TrafficSelector... lines) {
        return new PipelineLab(
                attachment,
                emptyDatabase(),
                new PipelineSettings(ADDRESS, 0, false, new LocalBypass(List.of(lines))));
    }

    /** With the one key of the fixture, received and sent with. */
    PipelineLab keyed() {
        database.install(tek(SPI, 1));
        database.activate(SPI, SENDER);
        return this;
    }

    /** With one key for IPv4 and IPv6, received and sent with. */
    PipelineLab keyedForBoth() {
        database.install(tek(SPI, 1, bothVersions()));
        database.activate(SPI, SENDER);
        return this;
    }

    /** The same with packets that carry pseudotime, judged to half a second. */
    PipelineLab keyed(PacketTime time) {
        database.install(tek(SPI, 1), new TimeRule(TimeRule.PSEUDOTIME, 500_000, time));
        database.activate(SPI, SENDER);
        return this;
    }

    /** A clock that shows so many microseconds at the instant 0. */
    static PacketTime clock(long micros) {
        PacketTime time = new PacketTime();
        time.set(micros);
        return time;
    }

    PipelineLab policy(TrafficRule... lines) {
        database.policy(List.of(lines));
        return this;
    }

    /** What comes out on the WAN side for a frame from the site. */
    List<byte[]> fromSite(byte[] frame) {
        site.arrive(frame);
        pipeline.turn(0);
        return sent(wan);
    }

    /** What comes out on the site's side for a frame from the WAN. */
    List<byte[]> fromWan(byte[] frame) {
        wan.arrive(frame);
        pipeline.turn(0);
        return sent(site);
    }

    static List<byte[]> sent(InMemoryIo port) {
        List<byte[]> frames = new ArrayList<>();
        try {
            for (Optional<byte[]> frame = port.takeSent(0);
                    frame.isPresent();
                    frame = port.takeSent(0)) {
                frames.add(frame.get());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return frames;
    }

    long drops() {
        return pipeline.drops().values().stream().mapToLong(Long::longValue).sum();
    }

    Map<DropReason, Long> dropsThatHappened() {
        Map<DropReason, Long> drops = pipeline.drops();
        drops.values().removeIf(count -> count == 0);
        return drops;
    }

    long traffic(TrafficCounter counter) {
        return pipeline.traffic().get(counter);
    }
}
