// SPDX-License-Identifier: Apache-2.0
/**
 * The key server as a program of its own, without ONOS. Implemented: one YAML file, checked before
 * use and read again when it changes; keys made and rotated from the command line. Verified by
 * running the packed jar.
 */
package org.getvpn.ks.main;
