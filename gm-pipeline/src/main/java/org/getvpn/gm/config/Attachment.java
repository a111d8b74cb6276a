// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.config;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.getvpn.gm.io.IoChoice;

/** How the member's data path is attached to the network. Interface names are the kernel's. */
public sealed interface Attachment {
    /** Threads that share the packets of each direction. */
    int workers();

    /**
     * One interface at a switch's member port: clear text and ESP arrive and leave there.
     *
     * @param interfaceName also holds the control address
     * @param workers threads that share the packets, 1 to 64
     */
    record MemberPort(String interfaceName, int workers) implements Attachment {}

    /**
     * Between a site and the WAN.
     *
     * @param siteInterface where clear text arrives and leaves
     * @param wanInterface where ESP arrives and leaves; another one than {@code siteInterface}
     * @param io how frames of the WAN come and go
     * @param scheduling how soon they are looked at
     * @param workers threads that share the packets of each direction, 1 to 64
     */
    record Gateway(
            String siteInterface,
            String wanInterface,
            IoChoice io,
            Scheduling scheduling,
            int workers)
            implements Attachment {}

    /**
     * On the end host itself.
     *
     * @param tunInterface a persistent TUN interface, into which the host routes what is to be
     *     protected
     * @param wanInterface where ESP arrives and leaves; another one than {@code tunInterface}
     */
    record Host(String tunInterface, String wanInterface) implements Attachment {
        @Override
        public int workers() {
            return 1;
        }
    }

    /**
     * A P4 switch with the member inside.
     *
     * @param p4runtime where controllers reach it
     * @param deviceId what controllers call it, 1 or more
     * @param memberPort number of the port that the member is behind, 1 to 509
     * @param memberInterface leads to the kernel's interface with the control address: an end of a
     *     veth pair
     * @param ports the other ports by number, 1 to 509: at least one; each interface once
     */
    record Switch(
            InetSocketAddress p4runtime,
            int deviceId,
            int memberPort,
            String memberInterface,
            SortedMap<Integer, String> ports)
            implements Attachment {
        @Override
        public int workers() {
            return 1;
        }

        /** Copies the map. */
        public Switch {
            ports = Collections.unmodifiableSortedMap(new TreeMap<>(ports));
        }
    }
}
