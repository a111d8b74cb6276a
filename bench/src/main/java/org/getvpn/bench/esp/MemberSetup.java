// SPDX-License-Identifier: Apache-2.0
package org.getvpn.bench.esp;

import java.util.List;

/** How our two members stand in the path. */
enum MemberSetup {
    /** Between site and WAN, a packet thread for each direction. */
    GATEWAY("", "", 1),

    /** The same with two threads for each direction. */
    TWO_WORKERS("_2_workers", ", 2 workers by packet sockets", 2),

    /** The same with both programs on one processor core, whatever else runs where. */
    ONE_CORE("_one_core", ", both programs on one core", 1),

    /** At a member port: one interface each, by which clear text and ESP come and go. */
    MEMBER_PORT("_member_port", ", at the member port of a switch made by tc", 1);

    private final String suffix;
    private final String words;
    private final int workers;

    MemberSetup(String suffix, String words, int workers) {
        this.suffix = suffix;
        this.words = words;
        this.workers = workers;
    }

    /** Behind the name of a contender's facts. */
    String suffix() {
        return suffix;
    }

    /** Behind its description. */
    String words() {
        return words;
    }

    MeasuredPath.Layout layout() {
        return this == MEMBER_PORT
                ? MeasuredPath.Layout.MEMBER_PORTS
                : MeasuredPath.Layout.TRANSPARENT;
    }

    /** What stands before the words that start a member. */
    List<String> launcher() {
        return this == ONE_CORE ? List.of("taskset", "--cpu-list", "0") : List.of();
    }

    /** The member's configuration. */
    List<String> attachment(String site, String wan) {
        return this == MEMBER_PORT
                ? List.of(
                        "attachment:",
                        "  kind: member-port",
                        "  interface: " + MeasuredPath.MEMBER_PORT,
                        "  workers: " + workers)
                : List.of(
                        "attachment:",
                        "  kind: gateway",
                        "  siteInterface: " + site,
                        "  wanInterface: " + wan,
                        "  scheduling: realtime",
                        "  workers: " + workers);
    }
}
