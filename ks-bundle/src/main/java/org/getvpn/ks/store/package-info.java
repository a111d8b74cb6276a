// SPDX-License-Identifier: Apache-2.0
/**
 * The embedded store: H2's MVStore, a log-structured file. Implemented: every write is on the disk
 * before the call returns; one process per file. Not implemented: replication, which is another
 * {@link org.getvpn.ks.api.GroupStore}. Verified by killing a writing process again and again.
 */
package org.getvpn.ks.store;
