// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.config;

import java.util.function.Predicate;
import org.getvpn.ks.api.InvalidConfiguration;
import org.onosproject.core.ApplicationId;
import org.onosproject.net.DeviceId;
import org.onosproject.net.config.Config;
import org.onosproject.net.config.InvalidFieldException;

/**
 * The netcfg object {@code apps/org.getvpn/vpn}. ONOS asks {@link #isValid} before it stores
 * anything, so what is refused there leaves the configuration before it in force.
 */
public final class VpnNetcfg extends Config<ApplicationId> {
    /** Key of the object below {@code apps/org.getvpn}. */
    public static final String KEY = "vpn";

    private final Predicate<DeviceId> known;

    /**
     * @param known whether ONOS has ever seen a switch
     */
    public VpnNetcfg(Predicate<DeviceId> known) {
        this.known = known;
    }

    /** {@inheritDoc} Throws with every problem as its message instead of answering no. */
    @Override
    public boolean isValid() {
        try {
            VpnConfigurationReader.read(object, known);
            return true;
        } catch (InvalidConfiguration e) {
            throw new InvalidFieldException(
                    e.problems().get(0).field(),
                    "refused, nothing was changed:\n" + e.getMessage());
        }
    }

    /**
     * The configuration. Switches are taken as known: they were when it was submitted.
     *
     * @throws InvalidConfiguration if an older release accepted what this one does not
     */
    public VpnConfiguration configuration() throws InvalidConfiguration {
        return VpnConfigurationReader.read(object, device -> true);
    }
}
