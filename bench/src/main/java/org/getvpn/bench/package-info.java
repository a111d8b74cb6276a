// SPDX-License-Identifier: Apache-2.0
/** Comparisons of speed in one run. */
package org.getvpn.bench;
