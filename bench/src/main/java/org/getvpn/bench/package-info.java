// SPDX-License-Identifier: Apache-2.0
/**
 * Comparisons of speed. A number of one machine says little, so each comparison runs ours and a
 * base line in turn in one run and states the ratio.
 *
 * <p>Implemented: ESP encapsulation and decapsulation of one packet against the bare cipher of the
 * JDK; pairs of gateways, in {@link org.getvpn.bench.esp}; P4 switches, in {@link
 * org.getvpn.bench.p4}; registrations, in {@link org.getvpn.bench.ike}; rekeys of many members, in
 * {@link org.getvpn.bench.rekey}.
 */
package org.getvpn.bench;
