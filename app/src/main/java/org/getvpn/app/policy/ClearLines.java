// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpPrefix;

/**
 * What the lines of a policy let through in clear at one prefix of a site: BYPASS lines, and
 * PROTECT lines as far as the group's {@link Migration} says so. A line that closes has to be
 * guarded against those behind it, whatever kind of switch enforces it.
 */
public final class ClearLines {
    private final SitePolicy policy;
    private final List<PolicyLine> lines;
    private final IpPrefix site;

    /**
     * @param policy whose ordered lines they are
     * @param site a prefix of the site
     */
    public ClearLines(SitePolicy policy, IpPrefix site) {
        this.policy = policy;
        this.lines = policy.lines();
        this.site = site;
    }

    /** What the lines behind the line at {@code index} let leave. */
    public List<LineMatch> leavingBehind(int index) {
        return behind(index)
                .filter(policy::letsLeave)
                .map(line -> LineMatch.leaving(line, site))
                .flatMap(Optional::stream)
                .collect(Collectors.toList());
    }

    /**
     * What a line matches of packets that it lets arrive: its own direction, and answers to what a
     * BYPASS line lets leave.
     */
    public Set<LineMatch> arriving(PolicyLine line) {
        Set<LineMatch> matches = new LinkedHashSet<>();
        LineMatch.arriving(line, site).ifPresent(matches::add);
        if (line.action() == PolicyLine.Action.BYPASS) {
            LineMatch.answers(line, site).ifPresent(matches::add);
        }
        return matches;
    }

    /** Whether a line behind the line at {@code index} lets arrive what that one closes. */
    public boolean opensBehind(int index, LineMatch closed) {
        return behind(index)
                .filter(policy::letsArrive)
                .flatMap(line -> arriving(line).stream())
                .anyMatch(closed::overlaps);
    }

    /**
     * Whether packets that hide whether they are of the line at {@code index} may leave in clear
     * while the group migrates: each line that may be theirs has to agree.
     *
     * @param hidden of the line, as a switch shows them
     */
    public boolean hiddenLeave(int index, LineMatch hidden) {
        return policy.migration().letsLeave()
                && agree(index, hidden, policy::letsLeave, line -> LineMatch.leaving(line, site));
    }

    /** The same for packets that arrive. */
    public boolean hiddenArrive(int index, LineMatch hidden) {
        return policy.migration().letsArrive()
                && agree(index, hidden, policy::letsArrive, line -> LineMatch.arriving(line, site));
    }

    private boolean agree(
            int index,
            LineMatch hidden,
            Predicate<PolicyLine> opens,
            Function<PolicyLine, Optional<LineMatch>> matching) {
        for (PolicyLine line : lines.subList(index, lines.size())) {
            Optional<LineMatch> match = matching.apply(line).filter(hidden::mayBeOf);
            if (match.isEmpty()) {
                continue;
            }
            if (!opens.test(line)) {
                return false;
            }
            if (match.get().takesAll(hidden)) {
                return true;
            }
        }
        return false; // of those that no line matches, nothing passes
    }

    private Stream<PolicyLine> behind(int index) {
        return lines.stream().skip(index + 1L);
    }
}
