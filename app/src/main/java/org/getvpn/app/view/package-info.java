// SPDX-License-Identifier: Apache-2.0
/**
 * State as JSON, once for REST and for the commands' {@code -j}. Field names are the accessors of
 * the key server's status types; lists have a stable order. No key can appear: no type read here
 * holds one.
 */
package org.getvpn.app.view;
