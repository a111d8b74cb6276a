# SPDX-License-Identifier: Apache-2.0
"""What scenarios with IPv6 hosts need, whatever the switches are."""

import struct
from operator import attrgetter

from .capture import FrameSender, PacketSocket
from .frames import ipv6_frame
from .traffic import ping_all

# hosts of site 1 may ask those of site 2 for the time, in clear
TIME_SERVICE = {
    "action": "BYPASS",
    "source": "2001:db8:1::/64",
    "destination": "2001:db8:2::/64",
    "protocol": "udp",
    "destinationPort": 123,
}
NOBODY = "2001:db9::1"  # no line names it
_DISCOVERY = "icmp6 and ip6[40] >= 133 and ip6[40] <= 137"
_UDP, _FRAGMENT = 17, 44


class OnTheWan:
    """Counts, on all WAN links together, ESP between IPv6 hosts and what neighbours say; one packet once per link."""

    def __init__(self, plan):
        hosts = [f"host {address}" for address in plan.ipv6_hosts]
        between_hosts = f"ip6 proto 50 and (src {' or src '.join(hosts)}) and (dst {' or dst '.join(hosts)})"
        self._esp = [PacketSocket(link.ends[-1], between_hosts, buffer=0) for link in plan.wan_links]
        self._discovery = [PacketSocket(link.ends[-1], _DISCOVERY, buffer=0) for link in plan.wan_links]

    @property
    def esp(self):
        return sum(one.passed for one in self._esp)

    @property
    def discovery(self):
        return sum(one.passed for one in self._discovery)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self._esp + self._discovery:
            one.close()


def ping_all_by_ipv6(deployment, count=10, interval=0.1, size=56):
    """Every host pings every other, when all have met: neighbours, and how long a packet may be, are known then."""
    hosts = {"to": attrgetter("ipv6_host_address"), "size": size}
    met = ping_all(deployment.run, deployment.plan, 5, 0.2, **hosts)
    assert all(result.replies for result in met.values()), met
    return ping_all(deployment.run, deployment.plan, count, interval, **hosts)


def send_later_fragments(deployment, one, other, frames):
    """Of a datagram whose first fragment nobody saw, by the host of a site: it shows no ports, and no protocol."""
    fragment = struct.pack("!BBHI", _UDP, 0, 185 << 3, 7) + bytes(64)
    frame = ipv6_frame(one.ipv6_host_address, other.ipv6_host_address, _FRAGMENT, fragment)
    with deployment.run.namespace(one.host).inside(), FrameSender(f"{one.host}-eth0") as sender:
        for _ in range(frames):
            sender.send(frame)
