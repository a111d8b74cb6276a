// SPDX-License-Identifier: Apache-2.0
/**
 * Frames in and out of the host. {@link org.getvpn.gm.io.PacketIo} is the seam; {@link
 * org.getvpn.gm.io.PacketSocket} is a raw AF_PACKET socket with batches of recvmmsg and sendmmsg
 * through the foreign function API (packet(7), recvmmsg(2)).
 *
 * <p>Not implemented: rings, AF_XDP, segmentation offloads. Verified between network namespaces in
 * the scenarios.
 */
package org.getvpn.gm.io;
