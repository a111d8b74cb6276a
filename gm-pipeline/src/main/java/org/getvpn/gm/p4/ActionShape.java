// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

import java.util.List;

/**
 * What p4info says of an action.
 *
 * @param id as annotated in the program
 * @param name without the control's, for example {@code protect}
 * @param parameters in order, each given by the controller
 */
public record ActionShape(int id, String name, List<Parameter> parameters) {
    /**
     * A parameter.
     *
     * @param id unique in the action
     * @param width in bits, 1 to 48
     */
    public record Parameter(int id, String name, int width) {}

    /** Copies the list. */
    public ActionShape {
        parameters = List.copyOf(parameters);
    }
}
