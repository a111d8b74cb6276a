// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

/** Puts keys to use in the packet path. */
@FunctionalInterface
public interface SaInstaller {
    /**
     * Makes the packet path use exactly {@code keys}. An SA whose SPI and key are in use already
     * keeps its replay window, and its counter unless the sender ids changed. Called by the control
     * thread alone; copies the key bytes that it needs before it returns.
     */
    void install(TrafficKeys keys);
}
