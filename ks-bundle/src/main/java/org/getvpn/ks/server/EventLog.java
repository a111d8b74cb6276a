// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.server;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.getvpn.gdoi.exchange.Ticks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per event, always with the same fields: {@code group= spi= member= stage= reason=}. A
 * field without a value is {@code -}. What peers cause is limited: the same member and reason once
 * in ten seconds, and ten lines a second in all; what was left out is counted in the next line.
 */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.getvpn.ks");
    private static final Duration REPEAT = Duration.ofSeconds(10);
    private static final int MOST_PER_SECOND = 10;
    private static final int MOST_KEYS = 512;

    private final Supplier<Ticks> clock;
    private final Map<String, Ticks> last =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Ticks> eldest) {
                    return size() > MOST_KEYS;
                }
            };
    private Ticks second;
    private int linesInSecond;
    private long suppressed;

    EventLog(Supplier<Ticks> clock) {
        this.clock = clock;
        this.second = clock.get();
    }

    /** Something the key server did by itself. */
    void info(String group, String spi, String member, String stage, String reason) {
        LOG.info(line(group, spi, member, stage, reason));
    }

    /** Something an operator should look at, not caused by a peer's datagram. */
    void warn(String group, String spi, String member, String stage, String reason) {
        LOG.warn(line(group, spi, member, stage, reason));
    }

    /** Something a peer caused. */
    void rejected(String group, Object member, String stage, String reason) {
        limited(LOG::warn, group, member, stage, reason);
    }

    /** Something a peer may do, and do often. */
    void proven(String member, String stage, String reason) {
        limited(LOG::info, "-", member, stage, reason);
    }

    private void limited(
            Consumer<String> level, String group, Object peer, String stage, String reason) {
        long left = 0;
        String member;
        synchronized (this) {
            // before a text is made: a flood passes here
            if (isSecondSpent()) {
                suppressed++;
                return;
            }
            member = peer.toString();
            if (!mayWrite(member + '\n' + reason)) {
                suppressed++;
                return;
            }
            left = suppressed;
            suppressed = 0;
        }
        String more = left == 0 ? "" : " suppressed=" + left;
        level.accept(line(group, "-", member, stage, reason) + more);
    }

    private boolean isSecondSpent() {
        Ticks now = clock.get();
        if (now.since(second).toMillis() >= 1000) {
            second = now;
            linesInSecond = 0;
        }
        return linesInSecond >= MOST_PER_SECOND;
    }

    private boolean mayWrite(String key) {
        Ticks now = clock.get();
        Ticks before = last.get(key);
        if (before != null && now.since(before).compareTo(REPEAT) < 0) {
            return false;
        }
        last.remove(key);
        last.put(key, now);
        linesInSecond++;
        return true;
    }

    private static String line(
            String group, String spi, String member, String stage, String reason) {
        return "group="
                + group
                + " spi="
                + spi
                + " member="
                + printable(member)
                + " stage="
                + stage
                + " reason=\""
                + printable(reason)
                + '"';
    }

    /** A peer's text must not make a second line, another field, or end the quotes. */
    private static String printable(String reason) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < reason.length() && i < 400; i++) {
            char c = reason.charAt(i);
            text.append(c == '"' ? '\'' : c < ' ' || c == 127 ? '?' : c);
        }
        return text.toString();
    }
}
