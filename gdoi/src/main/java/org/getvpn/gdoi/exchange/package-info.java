// SPDX-License-Identifier: Apache-2.0
/** IKEv1 Phase 1, GROUPKEY-PULL and GROUPKEY-PUSH as state machines without I/O. */
package org.getvpn.gdoi.exchange;
