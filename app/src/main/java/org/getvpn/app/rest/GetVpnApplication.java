// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import java.util.Set;
import org.onlab.rest.AbstractWebApplication;

/** The JAX-RS application that {@code web.xml} names. */
public class GetVpnApplication extends AbstractWebApplication {
    @Override
    public Set<Class<?>> getClasses() {
        return getClasses(StatusResource.class, GroupsResource.class, SitesResource.class);
    }
}
