// SPDX-License-Identifier: Apache-2.0
/**
 * The security associations of a member, split by direction, and what they select. The packet path
 * reads one immutable snapshot behind a volatile reference: no lock, no allocation.
 *
 * <p>Order of a rekey: the inbound SA is installed first, the outbound SA is swapped by one
 * volatile write after the activation delay, the old inbound SA goes last.
 */
package org.getvpn.gm.sa;
