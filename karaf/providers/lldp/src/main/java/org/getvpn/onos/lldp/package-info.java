// SPDX-License-Identifier: Apache-2.0
/**
 * Links between OpenFlow switches, for ONOS: its own LLDP provider is in no public registry.
 *
 * <p><b>Implemented.</b> Detection by ONOS's LLDP and BDDP frames, expiry, port and device events.
 *
 * <p><b>Not implemented.</b> Authenticated probes: a host that sends forged LLDP can make a link
 * appear between ports that exist. Suppression by annotations or configuration.
 *
 * <p><b>Verified</b> by unit tests and on Open vSwitch networks.
 */
package org.getvpn.onos.lldp;
