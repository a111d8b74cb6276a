// SPDX-License-Identifier: Apache-2.0
/**
 * The member's state for people and programs: a Unix domain socket of mode 0600 that answers each
 * connection with one JSON object and closes it, and the client that prints it. There is nothing to
 * ask for and nothing to change through it, and no key in it. The same state as Prometheus metrics,
 * by HTTP where the configuration says so.
 */
package org.getvpn.gm.status;
