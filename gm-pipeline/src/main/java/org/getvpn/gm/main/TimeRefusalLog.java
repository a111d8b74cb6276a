// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.main;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.GroupId;
import org.getvpn.gdoi.policy.Spi;
import org.getvpn.gm.sa.InboundSa;

/**
 * Says which packets were too old or too new, at most once a minute for each SPI: the numbers tell
 * whether somebody plays packets back or a clock is wrong.
 */
final class TimeRefusalLog {
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final double MICROS_PER_SECOND = 1e6;

    /** What was told of an SA. */
    private record Told(long count, Ticks at) {}

    private final GroupId group;
    private final Consumer<String> log;
    private final Map<Spi, Told> told = new HashMap<>();

    /**
     * @param log hears one line each time
     */
    TimeRefusalLog(GroupId group, Consumer<String> log) {
        this.group = group;
        this.log = log;
    }

    /**
     * Looks for news.
     *
     * @param timed every SA whose packets carry a time; others are forgotten
     */
    void look(List<InboundSa> timed, Ticks now) {
        told.keySet().removeIf(spi -> timed.stream().noneMatch(sa -> sa.spi().equals(spi)));
        for (InboundSa sa : timed) {
            long count = sa.timeRefusals().count();
            Told last = told.get(sa.spi());
            long before = last == null ? 0 : last.count();
            boolean quiet = last != null && now.isBefore(last.at().plus(QUIET));
            if (count > before && !quiet) {
                told.put(sa.spi(), new Told(count, now));
                log.accept(line(sa, count - before));
            }
        }
    }

    private String line(InboundSa sa, long packets) {
        return String.format(
                Locale.ROOT,
                "group=%s spi=%s stage=TIMEBASED_REPLAY_FAILED packets=%d my_pseudotime=%.6f"
                        + " peer_pseudotime=%.6f replay_window=%.3f reason=\"a packet's time is"
                        + " outside of the window: played back, long under way, or of a member"
                        + " whose clock is wrong\"",
                group,
                sa.spi(),
                packets,
                sa.timeRefusals().ownMicros() / MICROS_PER_SECOND,
                sa.timeRefusals().packetMicros() / MICROS_PER_SECOND,
                sa.timeRule().toleranceMicros() / MICROS_PER_SECOND);
    }
}
