// SPDX-License-Identifier: Apache-2.0
/**
 * What the operator wrote: one netcfg object {@code apps/org.getvpn/vpn}, read and checked as a
 * whole before anything of it takes effect. Key server and groups are read by the key server's own
 * reader, sites and the key server's attachment here. IPv4 and IPv6 prefixes are read alike; a site
 * has one gateway address for each version of them. Verified by tests that break every field.
 */
package org.getvpn.app.config;
