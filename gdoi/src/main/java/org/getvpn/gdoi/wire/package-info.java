// SPDX-License-Identifier: Apache-2.0
/** ISAKMP and GDOI payload codecs: one class per payload, named after it. */
package org.getvpn.gdoi.wire;
