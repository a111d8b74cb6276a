// SPDX-License-Identifier: Apache-2.0
/**
 * What others may know of the key server: its service, its configuration and state without any key,
 * and the two interfaces that others implement, {@link org.getvpn.ks.api.GroupStore} and {@link
 * org.getvpn.ks.api.PolicyEnforcer}.
 */
package org.getvpn.ks.api;
