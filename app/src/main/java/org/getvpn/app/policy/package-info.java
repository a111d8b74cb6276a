// SPDX-License-Identifier: Apache-2.0
/**
 * What each switch shall enforce, as a pure model made from the configuration: which sites hang on
 * it, which ordered lines decide there, who may speak GDOI. It names no OpenFlow and no key. A
 * translator per kind of switch turns it into rules.
 *
 * <p>On the way from clear text to encryption PROTECT lines let clear text through, one direction
 * before the other, as {@link org.getvpn.app.policy.Migration} says. It is a function of
 * configuration, keys' stages and time; what it does not know is closed. Choices: a switch opens as
 * soon as members hear of a receive-only key, and lets clear text past them, so that no member port
 * ever sends clear text to the WAN.
 */
package org.getvpn.app.policy;
