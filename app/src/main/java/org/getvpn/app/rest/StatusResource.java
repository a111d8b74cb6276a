// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.getvpn.app.config.NetcfgSource;
import org.onosproject.rest.AbstractWebResource;

/** What the application and the key server are doing. */
@Path("v1/status")
public class StatusResource extends AbstractWebResource {
    /** The state as a whole. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response status() {
        boolean configured = get(NetcfgSource.class).configuration().isPresent();
        return ok(mapper().createObjectNode().put("configured", configured)).build();
    }
}
