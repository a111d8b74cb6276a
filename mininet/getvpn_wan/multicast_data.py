# SPDX-License-Identifier: Apache-2.0
"""Numbered datagrams to groups of end hosts: who hears what, and how often; how they look on the WAN."""

import contextlib
import ipaddress
import socket
import struct
import threading
import time
from collections import Counter

from .capture import PacketSocket
from .frames import Packet, ipv6_frame, udp_frame
from .leak_detector import KNOWN_PAYLOAD
from .wait import NotInTime, until

# none that the group's rekeys go to: no line may name that
PREFIXES = ("239.1.0.0/16", "ff08::/16")
GROUP, IPV6_GROUP = "239.1.8.4", "ff08::8:4"
PORT = 5400
HOPS = 16
_NUMBER = struct.Struct("!Q")
_SIZE = 400
_UDP = 17
_SO_RCVBUFFORCE = 33
# datagrams: a sender without the processor for long would overrun queues that the stream itself would not
_CATCH_UP = 4


def _family(group):
    return socket.AF_INET6 if ":" in group else socket.AF_INET


def host_address(site, group):
    """The address of a site's host from which it sends to a group."""
    return site.ipv6_host_address if ":" in group else site.host_address


class MulticastReceiver(threading.Thread):
    """A program on a host that is in a group, and notes every datagram to it: from whom, which, and when each time."""

    def __init__(self, namespace, interface, group):
        super().__init__(name="multicast-receiver", daemon=True)
        self._arrivals = []  # source, number and time; a list, because copying one is one step for other threads
        self._ending = threading.Event()
        self._socket = namespace.socket(_family(group), socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
        self._socket.settimeout(0.2)
        self._socket.bind((group, PORT))
        with namespace.inside():
            index = socket.if_nametoindex(interface)
        if self._socket.family == socket.AF_INET6:
            joining = socket.inet_pton(socket.AF_INET6, group) + struct.pack("@I", index)
            self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, joining)
        else:
            joining = struct.pack("=4s4si", socket.inet_aton(group), bytes(4), index)
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joining)

    @classmethod
    def at(cls, deployment, site, group):
        """At the host of a site."""
        return cls(deployment.run.namespace(site.host), f"{site.host}-eth0", group)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        self.join()
        self._socket.close()

    def run(self):
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                datagram, sender = self._socket.recvfrom(2048)
                (number,) = _NUMBER.unpack_from(datagram)
                self._arrivals.append((sender[0], number, time.time()))

    @property
    def sources(self):
        """Addresses that anything came from."""
        return {source for source, _, _ in list(self._arrivals)}

    def numbers(self, source):
        """What came from an address."""
        return {number for sender, number, _ in list(self._arrivals) if sender == source}

    @property
    def repeated(self):
        """What came more than once: source and number."""
        times = Counter((source, number) for source, number, _ in list(self._arrivals))
        return [which for which, often in times.items() if often > 1]

    def goes_on(self, source, after, run=20):
        """Whether `run` datagrams in a row, from an address, came after a moment."""
        since = {n for sender, n, when in list(self._arrivals) if sender == source and when > after}
        return any(all(number + step in since for step in range(run)) for number in since)


class MulticastStream:
    """A program on a host that sends numbered datagrams to a group, evenly, until it is stopped.

    Numbers begin with 0, so a host has one stream to a group in a scenario. Every datagram has the payload that hosts are
    known to send, and comes to no program of the same host.
    """

    def __init__(self, namespace, interface, source, group, per_second):
        self.source = source
        self.sent = 0
        self._target = (group, PORT)
        self._interval = 1 / per_second
        self._payload = (KNOWN_PAYLOAD * _SIZE)[: _SIZE - _NUMBER.size]
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="multicast-stream", daemon=True)
        self._socket = namespace.socket(_family(group), socket.SOCK_DGRAM)
        self._socket.bind((source, 0))
        with namespace.inside():
            index = socket.if_nametoindex(interface)
        if self._socket.family == socket.AF_INET6:
            level, options = socket.IPPROTO_IPV6, (
                (socket.IPV6_MULTICAST_IF, index),
                (socket.IPV6_MULTICAST_HOPS, HOPS),
                (socket.IPV6_MULTICAST_LOOP, 0),
            )
        else:
            level, options = socket.IPPROTO_IP, (
                (socket.IP_MULTICAST_IF, struct.pack("=4s4si", bytes(4), socket.inet_aton(source), index)),
                (socket.IP_MULTICAST_TTL, HOPS),
                (socket.IP_MULTICAST_LOOP, 0),
            )
        for option, value in options:
            self._socket.setsockopt(level, option, value)

    @classmethod
    def of(cls, deployment, site, group):
        """From the host of a site; no faster than bmv2, where there is one, takes it from all sites at once."""
        namespace, per_second = deployment.run.namespace(site.host), 50 if deployment.plan.bmv2 else 200
        return cls(namespace, f"{site.host}-eth0", host_address(site, group), group, per_second)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end()
        self._socket.close()

    def _end(self):
        self._ending.set()
        self._thread.join()

    def _send_all(self):
        due = time.monotonic()
        while not self._ending.is_set():
            self._socket.sendto(_NUMBER.pack(self.sent) + self._payload, self._target)
            self.sent += 1
            due = max(due + self._interval, time.monotonic() - _CATCH_UP * self._interval)
            self._ending.wait(max(0.0, due - time.monotonic()))

    def wait_for(self, more, seconds=30):
        """Until so many more than now are sent."""
        goal = self.sent + more
        until(lambda: self.sent >= goal, seconds, f"{more} more datagrams from {self.source} sent")

    def stop(self, receivers=()):
        """Ends it when what is under way has had five seconds to reach `receivers`. Returns what was sent."""
        self._end()
        numbers = set(range(self.sent))
        with contextlib.suppress(NotInTime):
            until(lambda: all(one.numbers(self.source) >= numbers for one in receivers), 5, "the last datagrams")
        return numbers


def everything_arrived_once(stream, sent, receivers, tolerated):
    """Of what a stream sent, each receiver got all but a tolerated share, and nothing twice."""
    for receiver in receivers:
        missing = sorted(sent - receiver.numbers(stream.source))
        assert len(missing) <= tolerated * len(sent), f"{len(missing)} of {len(sent)}: {missing[:20]}"
        assert not receiver.repeated, receiver.repeated[:20]


class GroupOnTheWan:
    """What is seen of a group on each WAN link, from `with` to its end: any frame whose IP destination it is."""

    def __init__(self, plan, group):
        self._plan = plan
        self._group = group
        self._sockets = {}
        self._seen = {}

    def __enter__(self):
        # seen where it comes to the core: what our software switch sends is not seen at its own port
        self._sockets = {
            link.name: PacketSocket(link.ends[-1], f"(ip or ip6) and dst host {self._group}", buffer=64 << 20)
            for link in self._plan.wan_links
        }
        self._seen = {name: [] for name in self._sockets}
        return self

    def __exit__(self, *_):
        for one in self._sockets.values():
            one.close()

    def on(self, *links):
        """The packets so far on these links together."""
        for name, opened in self._sockets.items():
            assert not opened.dropped, f"a capture that lost frames on {name} says nothing"
            self._seen[name] += [Packet.of(frame) for frame, _ in opened.read()]
        return [packet for link in links for packet in self._seen[link.name]]

    def everywhere(self):
        """The packets so far on all WAN links together."""
        return self.on(*self._plan.wan_links)

    def at(self, site):
        """The packets so far on the links of a site."""
        return self.on(*(link for link in self._plan.site_links if link.a == site.switch))


def frame_in_clear(source, group, port):
    """A whole frame with a datagram in clear text to a group, as a stranger on the WAN would forge it."""
    packed = ipaddress.ip_address(group).packed
    if ":" in group:
        datagram = struct.pack("!HHHH", port, port, 8 + len(KNOWN_PAYLOAD), 0) + KNOWN_PAYLOAD
        return b"\x33\x33" + packed[-4:] + ipv6_frame(source, group, _UDP, datagram)[6:]
    station = b"\x01\x00\x5e" + bytes((packed[1] & 0x7F, *packed[2:]))
    return station + udp_frame(source, group, port, port, KNOWN_PAYLOAD)[6:]
