// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import java.util.function.Function;
import java.util.stream.Collectors;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.getvpn.app.enforce.Enforcement;
import org.getvpn.app.enforce.SiteState;
import org.getvpn.app.view.SiteJson;
import org.onosproject.rest.AbstractWebResource;

/** Sites and how their switches stand. */
@Path("v1/sites")
@Produces(MediaType.APPLICATION_JSON)
public class SitesResource extends AbstractWebResource {
    /** Every site. */
    @GET
    public Response sites() {
        return ok(mapper().createObjectNode()
                        .set("sites", SiteJson.sites(get(Enforcement.class).sites()))
                        .toString())
                .build();
    }

    /** One site; 404 if there is none of that name. */
    @GET
    @Path("{name}")
    public Response site(@PathParam("name") String name) {
        return answer(name, state -> SiteJson.site(state).toString());
    }

    /** Desired against actual on the site's switch, by read-back. */
    @GET
    @Path("{name}/check")
    public Response check(@PathParam("name") String name) {
        return answer(name, state -> SiteJson.check(state).toString());
    }

    private Response answer(String name, Function<SiteState, String> json) {
        Enforcement enforcement = get(Enforcement.class);
        return enforcement.sites().stream()
                .filter(state -> state.site().name().equals(name))
                .findFirst()
                .map(state -> ok(json.apply(state)).build())
                .orElseGet(
                        () ->
                                Problems.answer(
                                        Response.Status.NOT_FOUND,
                                        "no site \""
                                                + name
                                                + "\"; configured: "
                                                + enforcement.sites().stream()
                                                        .map(s -> s.site().name())
                                                        .collect(Collectors.joining(" "))));
    }
}
