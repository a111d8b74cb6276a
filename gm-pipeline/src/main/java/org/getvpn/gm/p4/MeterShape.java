// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.p4;

/**
 * What p4info says of an indexed meter, whose cells count packets.
 *
 * @param id as annotated in the program
 * @param name without the control's, for example {@code gdoi_meter}
 * @param size number of cells; their indices are 0 to one less
 */
public record MeterShape(int id, String name, int size) {}
