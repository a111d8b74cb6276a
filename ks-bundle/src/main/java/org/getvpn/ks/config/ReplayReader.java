// SPDX-License-Identifier: Apache-2.0
package org.getvpn.ks.config;

import java.util.Optional;
import java.util.OptionalLong;
import org.getvpn.ks.api.ObjectReader;
import org.getvpn.ks.api.ReplayPolicy;

/** Reads {@code groups[].replay}. */
final class ReplayReader {
    private static final String NONE = "none";
    private static final String TIME = "time";

    private ReplayReader() {}

    static ReplayPolicy read(ObjectReader group) {
        Optional<ObjectReader> fields = group.object("replay");
        ReplayPolicy policy = fields.map(ReplayReader::policy).orElse(ReplayPolicy.NONE);
        fields.ifPresent(ObjectReader::finish);
        return policy;
    }

    private static ReplayPolicy policy(ObjectReader reader) {
        Optional<String> mode = reader.text("mode", TIME);
        boolean known = mode.filter(text -> text.equals(NONE) || text.equals(TIME)).isPresent();
        if (mode.isPresent() && !known) {
            reader.problem("mode", "must be " + TIME + " or " + NONE);
        }
        String standard = ReplayPolicy.Clock.PSEUDOTIME.text();
        Optional<ReplayPolicy.Clock> clock =
                ReplayPolicy.Clock.named(reader.optionalText("clock", standard).orElse(standard));
        if (clock.isEmpty()) {
            reader.problem("clock", "must be one of " + ReplayPolicy.Clock.names());
        }
        OptionalLong window =
                reader.number(
                        "window",
                        1,
                        ReplayPolicy.MOST_WINDOW_SECONDS,
                        OptionalLong.of(ReplayPolicy.MOST_WINDOW_SECONDS));
        boolean feasible = window.orElse(0) >= ReplayPolicy.LEAST_WINDOW_SECONDS;
        if (window.isPresent() && !feasible) {
            reader.problem(
                    "window",
                    "is too narrow: the clocks of two members may differ by as much, and honest"
                            + " packets would be dropped; set it to "
                            + ReplayPolicy.LEAST_WINDOW_SECONDS
                            + " to "
                            + ReplayPolicy.MOST_WINDOW_SECONDS
                            + " seconds, for example 5");
        }
        if (!feasible || clock.isEmpty() || !mode.equals(Optional.of(TIME))) {
            return ReplayPolicy.NONE;
        }
        return ReplayPolicy.byTime(clock.get(), (int) window.getAsLong());
    }
}
