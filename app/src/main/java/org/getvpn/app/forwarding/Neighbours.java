// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.getvpn.app.config.KeyServerAttachment;
import org.getvpn.app.config.Site;
import org.getvpn.app.policy.KeyServerPolicy;
import org.getvpn.app.policy.NetworkPolicy;
import org.getvpn.app.policy.SitePolicy;
import org.onlab.packet.IpAddress;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.Host;
import org.onosproject.net.HostLocation;

/** Which address may be at which port, and who is there. What is claimed elsewhere is ignored. */
public final class Neighbours {
    private final NetworkPolicy policy;

    /** Judges by {@code policy}. */
    public Neighbours(NetworkPolicy policy) {
        this.policy = policy;
    }

    /** Whether {@code address} belongs behind {@code port}. */
    public boolean belongs(IpAddress address, ConnectPoint port) {
        return site(port).filter(site -> belongsToSite(address, site, port)).isPresent()
                || policy.keyServer()
                        .filter(ks -> ks.attachment().port().equals(port))
                        .filter(ks -> ks.addresses().contains(address))
                        .isPresent();
    }

    /** The site that has {@code port} as local or member port. */
    public Optional<Site> site(ConnectPoint port) {
        return policy.sites().stream()
                .map(SitePolicy::site)
                .filter(site -> site.device().equals(port.deviceId()))
                .filter(
                        site ->
                                site.memberPort().equals(port.port())
                                        || site.ports().local().contains(port.port()))
                .findFirst();
    }

    /**
     * The gateway of an IP version that answers at {@code port}: the site's, or the key server's.
     */
    public Optional<IpAddress> gateway(ConnectPoint port, IpAddress.Version version) {
        return site(port)
                .flatMap(site -> site.gateway(version))
                .or(
                        () ->
                                policy.keyServer()
                                        .map(KeyServerPolicy::attachment)
                                        .filter(at -> at.port().equals(port))
                                        .map(KeyServerAttachment::gateway)
                                        .filter(gateway -> gateway.version() == version));
    }

    /** Ports of {@code device} behind which {@code address} may be. */
    public Stream<ConnectPoint> candidates(IpAddress address) {
        Stream<ConnectPoint> atSites =
                policy.sites().stream()
                        .map(SitePolicy::site)
                        .filter(site -> site.contains(address))
                        .flatMap(
                                site ->
                                        Stream.concat(
                                                        Stream.of(site.memberPort()),
                                                        site.ports().local().stream())
                                                .map(p -> new ConnectPoint(site.device(), p)));
        Stream<ConnectPoint> atKeyServer =
                policy.keyServer().stream().map(ks -> ks.attachment().port());
        return Stream.concat(atSites, atKeyServer).filter(port -> belongs(address, port));
    }

    /** Every host that is where it belongs, one per address, by address. */
    public Map<IpAddress, Neighbour> of(Iterable<Host> hosts) {
        Map<IpAddress, Neighbour> known = new TreeMap<>();
        Map<IpAddress, Long> since = new TreeMap<>();
        for (Host host : hosts) {
            for (HostLocation location : host.locations()) {
                ConnectPoint port = new ConnectPoint(location.deviceId(), location.port());
                for (IpAddress address : host.ipAddresses()) {
                    // Two claim one address: the one seen last has it.
                    if (belongs(address, port)
                            && since.getOrDefault(address, Long.MIN_VALUE) < location.time()) {
                        since.put(address, location.time());
                        known.put(address, new Neighbour(address, host.mac(), port));
                    }
                }
            }
        }
        return known;
    }

    private static boolean belongsToSite(IpAddress address, Site site, ConnectPoint port) {
        if (site.gateways().contains(address)) {
            return false;
        }
        boolean memberPort = site.memberPort().equals(port.port());
        return address.equals(site.memberAddress())
                ? memberPort
                : !memberPort && site.contains(address);
    }
}
