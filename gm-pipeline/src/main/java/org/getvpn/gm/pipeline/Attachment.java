// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.pipeline;

/** How a pipeline hangs in the network. */
public enum Attachment {
    /** on one port of a switch that steers packets to it and takes them back */
    MEMBER_PORT,
    /** between a site interface and a WAN interface */
    GATEWAY,
    /** on an end host, between its kernel's TUN interface and its WAN interface */
    HOST
}
