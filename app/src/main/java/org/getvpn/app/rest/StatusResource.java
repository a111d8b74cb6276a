// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.getvpn.app.enforce.Enforcement;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.view.StatusJson;
import org.onosproject.rest.AbstractWebResource;

/** What the application and the key server are doing. */
@Path("v1/status")
public class StatusResource extends AbstractWebResource {
    /** The state as a whole. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response status() {
        PolicyInForce inForce = get(PolicyInForce.class);
        return ok(StatusJson.status(
                                inForce.policy().isPresent(),
                                inForce.health(),
                                inForce.isPending(),
                                inForce.keyServer(),
                                get(Enforcement.class).sites(),
                                inForce.configuration(),
                                get(Enforcement.class).migrations())
                        .toString())
                .build();
    }
}
