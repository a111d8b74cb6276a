// SPDX-License-Identifier: Apache-2.0
/**
 * Frames in and out. Implemented: an interface by two kinds of raw packet socket (packet(7)) with
 * recvmmsg(2) and sendmmsg(2) through the foreign function API, promiscuous, blind to what the host
 * itself sends, with a classic BPF filter that leaves to the kernel what is addressed to it, and
 * with virtio headers, so that super-frames of up to 64 KiB come and go by one call; and interfaces
 * in memory for tests.
 *
 * <p>Not implemented: TUN, AF_XDP.
 *
 * <p>Verified between network namespaces over veth.
 */
package org.getvpn.gm.io;
