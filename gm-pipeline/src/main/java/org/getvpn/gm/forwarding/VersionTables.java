// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

import org.getvpn.gm.p4.Entry;
import org.getvpn.gm.p4.TableSnapshot;

/**
 * The tables of one IP version, and what of its header the program reads and changes. Each look-up
 * counts, and returns null where the default action applies.
 */
sealed interface VersionTables permits Ipv4Tables, Ipv6Tables {
    /** Why a packet with this header goes nowhere; null if it may. */
    SwitchDrop refusal(ParsedPacket packet);

    /** Table {@code source_guard}. */
    Entry sourceGuard(TableSnapshot tables, ParsedPacket packet, int site);

    /** Table {@code outbound_policy}. */
    Entry outboundPolicy(TableSnapshot tables, ParsedPacket packet, int site);

    /** Table {@code member_guard}. */
    Entry memberGuard(TableSnapshot tables, ParsedPacket packet, int site);

    /** Table {@code wan_guard}. */
    Entry wanGuard(TableSnapshot tables, ParsedPacket packet, int site);

    /** Table {@code route}. */
    Entry route(TableSnapshot tables, ParsedPacket packet);

    /** One hop less. */
    void takeHop(ParsedPacket packet);
}
