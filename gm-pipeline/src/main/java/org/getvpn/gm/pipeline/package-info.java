// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to a packet between two interfaces: policy, encryption, counting. Fails closed: what
 * no SA and no rule carries is dropped, and every drop is counted under one {@link
 * org.getvpn.gm.pipeline.DropReason}.
 *
 * <p>Implemented: member port (one-armed, on a switch), gateway (a bump in the wire between a site
 * interface and a WAN interface), path MTU by ICMP or by fragmentation before encryption. Not
 * implemented: host mode, IPv6, time-based anti-replay. The packet path takes no lock and writes no
 * log. Verified in memory, frame by frame, and in the scenarios with real switches.
 */
package org.getvpn.gm.pipeline;
