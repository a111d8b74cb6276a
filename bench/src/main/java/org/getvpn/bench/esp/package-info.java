// SPDX-License-Identifier: Apache-2.0
/**
 * A pair of gateways between two hosts, ours and those of others in turn: {@code h1 - g1 - g2 -
 * h2}, four network namespaces joined by veth, the same for all.
 *
 * <p>Implemented: our packed group member between site and WAN with keys from a packed key server,
 * by one worker and by two, the same without cryptography (a group whose policy is one BYPASS
 * line), the kernel's own forwarding, strongSwan's kernel-libipsec, wireguard-go as installed and a
 * newer one; TCP with one and four streams and UDP by iperf3, round trips under load by ping,
 * losses by counter, the bare cipher against C, our packet path in memory by one thread and by two.
 * A peer that is not installed is named and left out.
 *
 * <p>Not implemented: the member port, IPv6, IMIX, one core alone, more cores than two.
 *
 * <p>Choices: rounds are interleaved and medians taken, because others use the machine too. Packets
 * are counted at the hosts' interfaces, so that what generator or sink lose is not charged to a
 * gateway. The key server hangs on links of its own beside the measured path.
 *
 * <p>How verified: each gateway pair that claims to encrypt is watched on the wire between the
 * gateways once, see {@link org.getvpn.bench.esp.WireCheck}.
 */
package org.getvpn.bench.esp;
