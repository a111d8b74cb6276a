// SPDX-License-Identifier: Apache-2.0
/**
 * The key server on the network, and the only place that knows Netty. Implemented: UDP on every
 * configured address with answers from the address that was asked; one event loop that drives the
 * protocol; a line of its own for messages that begin an exchange, behind all others and fair to
 * networks; a bounded pool for slow work that is fair to each source; paced sending of rekeys. Not
 * implemented: multicast. Verified over loopback with real datagrams, and under flood by {@code
 * ./getvpn bench}.
 */
package org.getvpn.ks.net;
