// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.forwarding;

/**
 * Why the switch did not pass a packet on. Each dropped packet has exactly one reason; of multicast
 * that leaves by some ports of its group, each copy that may not leave by another has one, too.
 */
public enum SwitchDrop {
    /** the port has no role, or one that carries nothing */
    PORT_WITHOUT_ROLE,
    /** neither punted to the controller nor IPv4 or IPv6 with a whole header */
    NOT_IP,
    /** the IPv4 header checksum is wrong */
    BAD_IP_CHECKSUM,
    /** no hop is left */
    TTL_EXPIRED,
    /** from a local port, with a source address that is not the site's */
    FOREIGN_SOURCE,
    /** from a local port, and no line of the policy names it or a DROP line does */
    NO_POLICY,
    /** from the member port, and neither ESP, nor GDOI, nor for the site */
    CLEARTEXT_FROM_MEMBER,
    /** GDOI from the member port, faster than the port's meter allows */
    GDOI_TOO_FAST,
    /** ESP with an SPI that was not announced */
    UNKNOWN_SPI,
    /** from the WAN in clear, and no line lets it through */
    CLEARTEXT_FROM_WAN,
    /** no route to the destination */
    NO_ROUTE,
    /** the route leads, or a copy goes, to a port of another role than the guard permits */
    FORBIDDEN_EGRESS,
    /** an entry sends it to the port that drops */
    DROP_PORT,
    /** an entry sends it to a port that is not there, or from the member back to the member */
    NO_SUCH_PORT,
    /** its multicast group has no port that is there but the one it came from */
    NO_REPLICA,
    /** for a controller, and too long or more than the controller takes */
    PUNT_OVERFLOW,
    /** longer than the slots of the port's interface */
    OVERSIZED_FRAME,
    /** the kernel refused the frame: interface down, or its queue full */
    SEND_FAILED,
    /** a defect of this program */
    INTERNAL_ERROR
}
