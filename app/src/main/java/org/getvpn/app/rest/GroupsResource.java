// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.getvpn.app.enforce.PolicyInForce;
import org.getvpn.app.view.KeyServerJson;
import org.getvpn.ks.api.GroupStatus;
import org.getvpn.ks.api.KeyServer;
import org.onosproject.rest.AbstractWebResource;

/** Groups, their members and their keys' states. */
@Path("v1/groups")
@Produces(MediaType.APPLICATION_JSON)
public class GroupsResource extends AbstractWebResource {
    /** Every group. */
    @GET
    public Response groups() {
        return keyServer()
                .map(ks -> answer("groups", KeyServerJson.groups(ks.groups())))
                .orElseGet(this::noKeyServer);
    }

    /** One group; 404 if there is none of that name. */
    @GET
    @Path("{name}")
    public Response group(@PathParam("name") String name) {
        return keyServer()
                .map(
                        ks ->
                                find(ks, name)
                                        .map(g -> ok(KeyServerJson.group(g).toString()).build())
                                        .orElseGet(() -> noGroup(ks, name)))
                .orElseGet(this::noKeyServer);
    }

    /** Who registered. */
    @GET
    @Path("{name}/members")
    public Response members(@PathParam("name") String name) {
        return keyServer()
                .map(
                        ks ->
                                find(ks, name).isPresent()
                                        ? answer("members", KeyServerJson.members(ks.members(name)))
                                        : noGroup(ks, name))
                .orElseGet(this::noKeyServer);
    }

    /** SPI, stage and remaining lifetime of each key. */
    @GET
    @Path("{name}/sas")
    public Response sas(@PathParam("name") String name) {
        return keyServer()
                .map(
                        ks ->
                                find(ks, name).isPresent()
                                        ? answer("sas", KeyServerJson.sas(ks.sas(name)))
                                        : noGroup(ks, name))
                .orElseGet(this::noKeyServer);
    }

    /** Starts a rollover of the TEK; answers 202 with the SPI announced. */
    @POST
    @Path("{name}/rekey")
    public Response rekey(@PathParam("name") String name) {
        return begin(name, keyServer -> keyServer.rekey(name));
    }

    /**
     * The same, after which the old TEK does not stay for the deactivation delay; hurries a
     * rollover under way.
     */
    @POST
    @Path("{name}/replace-now")
    public Response replaceNow(@PathParam("name") String name) {
        return begin(name, keyServer -> keyServer.replaceNow(name));
    }

    /**
     * Starts a rollover of the KEK; answers 202 with the SPI that comes, 409 while the TEK changes.
     */
    @POST
    @Path("{name}/rekey-kek")
    public Response rekeyKek(@PathParam("name") String name) {
        return begin(name, keyServer -> keyServer.rekeyKek(name));
    }

    private Response begin(String name, Function<KeyServer, String> rollover) {
        Optional<KeyServer> keyServer = keyServer();
        if (keyServer.isEmpty()) {
            return noKeyServer();
        }
        if (find(keyServer.get(), name).isEmpty()) {
            return noGroup(keyServer.get(), name);
        }
        try {
            String spi = rollover.apply(keyServer.get());
            return Response.accepted(
                            mapper().createObjectNode()
                                    .put("group", name)
                                    .put("spi", spi)
                                    .toString())
                    .build();
        } catch (IllegalStateException e) {
            return Problems.answer(Response.Status.CONFLICT, e.getMessage());
        }
    }

    /** Puts a member out; answers with the group, which lists it as evicted. */
    @POST
    @Path("{name}/members/{address}/evict")
    public Response evict(@PathParam("name") String name, @PathParam("address") String address) {
        return change(name, keyServer -> keyServer.evict(name, address));
    }

    /** Lets an evicted member register again; answers with the group. */
    @POST
    @Path("{name}/members/{address}/readmit")
    public Response readmit(@PathParam("name") String name, @PathParam("address") String address) {
        return change(name, keyServer -> keyServer.readmit(name, address));
    }

    private Response change(String name, Consumer<KeyServer> change) {
        Optional<KeyServer> keyServer = keyServer();
        if (keyServer.isEmpty()) {
            return noKeyServer();
        }
        if (find(keyServer.get(), name).isEmpty()) {
            return noGroup(keyServer.get(), name);
        }
        try {
            change.accept(keyServer.get());
        } catch (IllegalArgumentException e) {
            return Problems.answer(Response.Status.BAD_REQUEST, e.getMessage());
        }
        return group(name);
    }

    private Optional<KeyServer> keyServer() {
        return get(PolicyInForce.class).keyServer();
    }

    private static Optional<GroupStatus> find(KeyServer keyServer, String name) {
        return keyServer.groups().stream().filter(g -> g.name().equals(name)).findFirst();
    }

    private Response answer(String field, JsonNode list) {
        return ok(mapper().createObjectNode().set(field, list).toString()).build();
    }

    private Response noGroup(KeyServer keyServer, String name) {
        StringBuilder known = new StringBuilder();
        keyServer.groups().forEach(g -> known.append(' ').append(g.name()));
        return Problems.answer(
                Response.Status.NOT_FOUND, "no group \"" + name + "\"; configured:" + known);
    }

    private Response noKeyServer() {
        return Problems.answer(
                Response.Status.SERVICE_UNAVAILABLE, get(PolicyInForce.class).health());
    }
}
