// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.openflow;

/** When a rule may be installed. */
public enum Stage {
    /** drops; first of all */
    GUARD,
    /** lets something through; once every guard of the switch is confirmed */
    PERMIT
}
