// SPDX-License-Identifier: Apache-2.0
/**
 * The key server put together: store, engine, network, and the {@link org.getvpn.ks.api.KeyServer}
 * service in front of them. Implemented: configuration in force as a whole or not at all, one
 * thread for the engine, one log line per event with fixed fields. Verified end to end over
 * loopback, with a server process that is killed.
 */
package org.getvpn.ks.server;
