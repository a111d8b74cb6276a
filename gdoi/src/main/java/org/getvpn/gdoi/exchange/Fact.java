// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gdoi.exchange;

/**
 * Something that happened in an exchange and that its owner wants to know: registered, refused,
 * rekeyed. Facts carry data, never secrets in their {@code toString}.
 */
public interface Fact {}
