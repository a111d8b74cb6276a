// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;

/** Refusals with a sentence, in the form of ONOS's own. */
final class Problems {
    private Problems() {}

    static Response answer(Response.Status status, String message) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON)
                .entity(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("code", status.getStatusCode())
                                .put("message", message)
                                .toString())
                .build();
    }
}
