// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import org.onosproject.net.driver.AbstractDriverLoader;
import org.osgi.service.component.annotations.Component;

/** Registers the driver {@code bmv2}, under ONOS's own name for it. */
@Component(immediate = true)
public class Bmv2Drivers extends AbstractDriverLoader {
    /** Made by the component runtime. */
    public Bmv2Drivers() {
        super("/bmv2-drivers.xml");
    }
}
