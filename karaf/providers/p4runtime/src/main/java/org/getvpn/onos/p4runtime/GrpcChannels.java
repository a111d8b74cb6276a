// SPDX-License-Identifier: Apache-2.0
package org.getvpn.onos.p4runtime;

import io.grpc.LoadBalancerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.internal.PickFirstLoadBalancerProvider;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.onosproject.grpc.api.GrpcChannelController;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** gRPC channels, one per management address. */
@Component(immediate = true, service = GrpcChannelController.class)
public class GrpcChannels implements GrpcChannelController {
    /** A table dump of a large switch comes in one message. */
    private static final int MOST_OCTETS = 64 << 20;

    /** How long a silent switch is trusted to be there; reads make it speak before. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    /** gRPC looks for it by ServiceLoader, which finds nothing between OSGi bundles. */
    private final PickFirstLoadBalancerProvider pickFirst = new PickFirstLoadBalancerProvider();

    private final Map<URI, ManagedChannel> channels = new HashMap<>();

    @Activate
    protected void activate() {
        LoadBalancerRegistry.getDefaultRegistry().register(pickFirst);
    }

    @Deactivate
    protected synchronized void deactivate() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
        LoadBalancerRegistry.getDefaultRegistry().deregister(pickFirst);
    }

    @Override
    public ManagedChannel create(URI address) {
        if (address.getHost() == null || address.getPort() < 0) {
            throw new IllegalArgumentException(
                    "managementAddress " + address + ": write grpc://HOST:PORT?device_id=NUMBER");
        }
        // A name would be looked up by a resolver that OSGi hides, too.
        return create(
                address,
                NettyChannelBuilder.forAddress(
                                new InetSocketAddress(address.getHost(), address.getPort()))
                        .maxInboundMessageSize(MOST_OCTETS)
                        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                        .usePlaintext());
    }

    @Override
    public synchronized ManagedChannel create(URI address, ManagedChannelBuilder<?> builder) {
        if (channels.containsKey(address)) {
            throw new IllegalArgumentException("there is a channel to " + address + " already");
        }
        ManagedChannel channel = builder.build();
        channels.put(address, channel);
        return channel;
    }

    @Override
    public synchronized void destroy(URI address) {
        ManagedChannel channel = channels.remove(address);
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    @Override
    public synchronized Optional<ManagedChannel> get(URI address) {
        return Optional.ofNullable(channels.get(address));
    }
}
