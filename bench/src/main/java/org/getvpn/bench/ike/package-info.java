// SPDX-License-Identifier: Apache-2.0
/**
 * Registrations against strongSwan's charon, and a key server under flood.
 *
 * <p>Implemented: two network namespaces, a responder on one core in the one and the load on the
 * other core in the other; Main Mode with a pre-shared key on ECP-256 and MODP-2048, and with
 * RSA-2048 signatures and certificates on ECP-256, against charon and against the key server's
 * packed program, in turn, with the same load; registrations, which charon has none of; the cost of
 * garbage and of unknown cookies; an honest member under 50 000 first messages a second from
 * spoofed addresses.
 *
 * <p>Choices: what counts is what a responder does in a second of its own processor time, as the
 * system accounts it, so that an idle or a busy machine changes little. charon is Debian's with all
 * its plugins and without its limits against flooding, and starts anew for each round, because its
 * table of SAs makes it slower as it fills.
 */
package org.getvpn.bench.ike;
