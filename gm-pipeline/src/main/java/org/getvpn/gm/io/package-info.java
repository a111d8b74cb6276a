// SPDX-License-Identifier: Apache-2.0
/**
 * Frames in and out. Implemented: an interface by two kinds of raw packet socket (packet(7)) with
 * recvmmsg(2) and sendmmsg(2) through the foreign function API, promiscuous, blind to what the host
 * itself sends, with a classic BPF filter that leaves to the kernel what is addressed to it, and
 * with virtio headers, so that super-frames of up to 64 KiB come and go by one call, and with VLAN
 * tags, which the kernel takes out and tells aside, back in their place; on top of it AF_XDP,
 * copying, with an XDP program that steers single IP frames to it, in native mode where the driver
 * can, the queue's interrupts deferred, else in generic mode; several sockets for several threads,
 * which share frames by flow (packet sockets, by a classic BPF program) or by queue (AF_XDP); TUN
 * interfaces with virtio headers and, for a host that encrypts for itself, raw IP sockets; and
 * interfaces in memory for tests.
 *
 * <p>Not implemented: AF_XDP without copying, queues beyond the threads' (their frames take the
 * packet sockets), VLAN tags by AF_XDP where the kernel or the card has taken them out before,
 * AF_XDP on other processors than x86-64, several threads of a host that encrypts for itself.
 *
 * <p>Verified between network namespaces over veth; the program that shares by flow also by an
 * interpreter; AF_XDP by several queues over TAP interfaces, by hand, because a veth pair with
 * several has generic mode, which knows nothing of them.
 */
package org.getvpn.gm.io;
