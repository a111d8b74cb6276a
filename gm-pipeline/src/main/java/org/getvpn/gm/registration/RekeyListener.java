// SPDX-License-Identifier: Apache-2.0
package org.getvpn.gm.registration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.getvpn.gdoi.exchange.Endpoint;
import org.getvpn.gdoi.exchange.Ticks;
import org.getvpn.gdoi.policy.RekeyAddress;

/**
 * The multicast groups in which a member hears rekeys: joined on the interface of its control
 * address, one socket each, as long as a KEK names them. The system says so to the network (IGMP,
 * RFC 3376; MLD, RFC 3810).
 *
 * <p>A group that cannot be joined is complained of and tried again; rekeys then come by unicast if
 * the key server notices, and else the member registers again before its keys end.
 */
final class RekeyListener implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 1 << 18;
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Selector selector;
    private final Endpoint local;
    private final ControlLog log;
    private final Map<RekeyAddress, Joined> joined = new HashMap<>();
    private Ticks retry;

    /**
     * @param selector woken by what arrives
     * @param local control address
     */
    RekeyListener(Selector selector, Endpoint local, ControlLog log) {
        this.selector = selector;
        this.local = local;
        this.log = log;
    }

    /** Joins what is new in {@code wanted} and leaves what is not in it. */
    void listen(Set<RekeyAddress> wanted, Ticks now) {
        if (wanted.equals(joined.keySet())) {
            return;
        }
        for (RekeyAddress gone : List.copyOf(joined.keySet())) {
            if (!wanted.contains(gone)) {
                joined.remove(gone).leave();
                log.tell("REKEY", "left the multicast group " + gone);
            }
        }
        if (retry != null && now.isBefore(retry)) {
            return;
        }
        retry = null;
        for (RekeyAddress group : wanted) {
            if (!joined.containsKey(group)) {
                join(group, now);
            }
        }
    }

    private void join(RekeyAddress group, Ticks now) {
        try {
            joined.put(group, open(group));
            log.tell("REKEY", "listening to the multicast group " + group);
        } catch (IOException | IllegalArgumentException e) {
            retry = now.plus(RETRY);
            log.complain(
                    "REKEY",
                    "cannot join the multicast group "
                            + group
                            + " on the interface of "
                            + local.address().getHostAddress()
                            + ": "
                            + e.getMessage()
                            + "; rekeys to it are not heard",
                    now);
        }
    }

    /** Bound to the group's address, so that nothing but datagrams to it arrives. */
    private Joined open(RekeyAddress group) throws IOException {
        NetworkInterface link = NetworkInterface.getByInetAddress(local.address());
        if (link == null) {
            throw new IOException("no interface has this address");
        }
        boolean four = group.address().getAddress().length == 4;
        DatagramChannel channel =
                DatagramChannel.open(
                        four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(new InetSocketAddress(group.address(), group.port()));
            Joined fresh = new Joined(channel, channel.join(group.address(), link));
            channel.register(selector, SelectionKey.OP_READ);
            return fresh;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The sockets that are open. */
    Collection<DatagramChannel> channels() {
        return joined.values().stream().map(Joined::channel).toList();
    }

    @Override
    public void close() {
        joined.values().forEach(Joined::leave);
        joined.clear();
    }

    private record Joined(DatagramChannel channel, MembershipKey membership) {
        /** The selector may keep the socket for a while: leaving does not wait for that. */
        void leave() {
            membership.drop();
            try {
                channel.close();
            } catch (IOException e) {
                // closed all the same
            }
        }
    }
}
