// SPDX-License-Identifier: Apache-2.0
package org.getvpn.app.forwarding;

import java.util.ArrayList;
import java.util.List;
import org.onosproject.net.ConnectPoint;
import org.onosproject.net.DefaultLink;
import org.onosproject.net.DeviceId;
import org.onosproject.net.Link;
import org.onosproject.net.provider.ProviderId;

/** The links of a test, as discovery would find them. */
public final class Cabling {
    final List<Link> links = new ArrayList<>();

    static DeviceId device(int number) {
        return DeviceId.deviceId(String.format("of:%016x", number));
    }

    /** One cable: a link each way. */
    void cable(DeviceId a, long portA, DeviceId b, long portB) {
        ConnectPoint one = ConnectPoint.deviceConnectPoint(a + "/" + portA);
        ConnectPoint other = ConnectPoint.deviceConnectPoint(b + "/" + portB);
        links.add(link(one, other));
        links.add(link(other, one));
    }

    /** One direction. */
    public static Link link(ConnectPoint from, ConnectPoint to) {
        return DefaultLink.builder()
                .providerId(ProviderId.NONE)
                .src(from)
                .dst(to)
                .type(Link.Type.DIRECT)
                .state(Link.State.ACTIVE)
                .build();
    }
}
