// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import org.getvpn.gm.io.IoChoice;

/** How the member's data path is attached to the network. Interface names are the kernel's. */
public sealed interface Attachment {
    /**
     * One interface at a switch's member port: clear text and ESP arrive and leave there.
     *
     * @param interfaceName also holds the control address
     */
    record MemberPort(String interfaceName) implements Attachment {}

    /**
     * Between a site and the WAN.
     *
     * @param siteInterface where clear text arrives and leaves
     * @param wanInterface where ESP arrives and leaves; another one than {@code siteInterface}
     * @param io how frames of the WAN come and go
     * @param scheduling how soon they are looked at
     */
    record Gateway(String siteInterface, String wanInterface, IoChoice io, Scheduling scheduling)
            implements Attachment {}
}
