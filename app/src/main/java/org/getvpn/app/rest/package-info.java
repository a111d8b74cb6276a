// SPDX-License-Identifier: Apache-2.0
/**
 * REST at {@code /onos/getvpn/v1}, behind ONOS's own authentication. Its JSON is the one that the
 * shell commands print with {@code -j}. Keys are not representable: the types they are made from
 * hold none.
 */
package org.getvpn.app.rest;
