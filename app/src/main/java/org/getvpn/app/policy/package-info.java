// SPDX-License-Identifier: Apache-2.0
/**
 * What each switch shall enforce, as a pure model made from the configuration: which sites hang on
 * it, which ordered lines decide there, who may speak GDOI. It names no OpenFlow and no key. A
 * translator per kind of switch turns it into rules.
 */
package org.getvpn.app.policy;
