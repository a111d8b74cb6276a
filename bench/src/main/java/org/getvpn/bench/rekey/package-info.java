// SPDX-License-Identifier: Apache-2.0
/**
 * What rekeys of a large group cost a key server.
 *
 * <p>Implemented: a key server in a process of its own, with a heap of 512 MiB, and ten thousand
 * members in another, each with an address, a socket and keys of its own, over the loopback
 * interface with real cryptography. They register, and then follow a unicast rekey, an eviction by
 * the key tree, a kill of the key server, and rekeys by multicast, which are repeated with ten
 * members.
 *
 * <p>Choices: both processes share the machine's cores, so the time of a unicast rekey is that of
 * key server and members together. A multicast rekey is measured in processor time of the key
 * server's process, as the system accounts it.
 */
package org.getvpn.bench.rekey;
