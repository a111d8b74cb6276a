// SPDX-License-Identifier: Apache-2.0
/** What a registration or a rekey gives to a group member, free of any wire format. */
package org.getvpn.gdoi.policy;
