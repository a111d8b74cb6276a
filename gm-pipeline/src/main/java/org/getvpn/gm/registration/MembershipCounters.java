// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.getvpn.gdoi.exchange.EndpointCounters.Ignored;

/** What happened on the control side since start. */
final class MembershipCounters {
    /** What is counted; the name in the status is the lower camel case of it. */
    enum Event {
        REGISTRATIONS_ATTEMPTED,
        REGISTRATIONS_SUCCEEDED,
        REGISTRATIONS_FAILED,
        REKEYS_RECEIVED,
        REKEYS_REFUSED,
        DATAGRAMS_IGNORED
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    void count(Event event) {
        counts.merge(event, 1L, Long::sum);
    }

    long of(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    /**
     * All of them, zeros too.
     *
     * @param rekeysIgnored rekey messages that were not taken, by reason
     */
    Map<String, Long> byName(Map<Ignored, Long> rekeysIgnored) {
        Map<String, Long> named = new LinkedHashMap<>();
        for (Event event : Event.values()) {
            named.put(camelCase(event.name()), of(event));
        }
        rekeysIgnored.forEach(
                (reason, count) -> named.put(camelCase("REKEYS_IGNORED_" + reason), count));
        return named;
    }

    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < constant.length(); i++) {
            char letter = constant.charAt(i);
            boolean begins = i > 0 && constant.charAt(i - 1) == '_';
            if (letter != '_') {
                name.append(begins ? letter : Character.toLowerCase(letter));
            }
        }
        return name.toString();
    }
}
