// SPDX-License-Identifier: Apache-2.0
/**
 * Reads and checks the configuration. Implemented: the whole schema of key server and groups, every
 * problem reported at once. Not implemented: parts that concern switches, which the ONOS
 * application reads. Verified by tests that break each field once.
 */
package org.getvpn.ks.config;
