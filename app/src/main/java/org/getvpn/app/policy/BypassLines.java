// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.getvpn.ks.api.PolicyLine;
import org.onlab.packet.IpPrefix;

/**
 * What the BYPASS lines of a policy let through at one prefix of a site. A line that closes has to
 * be guarded against those behind it, whatever kind of switch enforces it.
 */
public final class BypassLines {
    private final List<PolicyLine> lines;
    private final IpPrefix site;

    /**
     * @param lines the ordered policy
     * @param site a prefix of the site
     */
    public BypassLines(List<PolicyLine> lines, IpPrefix site) {
        this.lines = lines;
        this.site = site;
    }

    /** What the BYPASS lines behind the line at {@code index} match of leaving packets. */
    public List<LineMatch> leavingBehind(int index) {
        return behind(index)
                .map(line -> LineMatch.leaving(line, site))
                .flatMap(Optional::stream)
                .collect(Collectors.toList());
    }

    /** What a BYPASS line matches of arriving packets: its own direction, and answers. */
    public Set<LineMatch> arriving(PolicyLine line) {
        Set<LineMatch> matches = new LinkedHashSet<>();
        LineMatch.arriving(line, site).ifPresent(matches::add);
        LineMatch.answers(line, site).ifPresent(matches::add);
        return matches;
    }

    /** Whether a BYPASS line behind the line at {@code index} lets arrive what that one closes. */
    public boolean opensBehind(int index, LineMatch closed) {
        return behind(index).flatMap(line -> arriving(line).stream()).anyMatch(closed::overlaps);
    }

    private Stream<PolicyLine> behind(int index) {
        return lines.stream()
                .skip(index + 1L)
                .filter(line -> line.action() == PolicyLine.Action.BYPASS);
    }
}
