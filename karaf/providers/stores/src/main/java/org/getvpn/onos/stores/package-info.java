// SPDX-License-Identifier: Apache-2.0
/**
 * Two services that the ONOS core cannot start without and that no public registry carries.
 *
 * <p><b>Implemented.</b> Meters per node, of OpenFlow switches and cells of P4 programs, with
 * numbers that the store finds or that applications name; persistence per process.
 *
 * <p><b>Not implemented.</b> Distribution of meters in a cluster; persistence on disk, see {@link
 * org.getvpn.onos.stores.MemoryPersistence} for why.
 *
 * <p><b>Verified</b> by unit tests and by ONOS that starts with them.
 */
package org.getvpn.onos.stores;
