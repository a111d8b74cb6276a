# SPDX-License-Identifier: Apache-2.0
"""Sender and receivers of multicast over one cable: what is lost or comes twice is noticed."""

import os
import subprocess
import time

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import Packet
from getvpn_wan.multicast_data import (
    GROUP,
    HOPS,
    IPV6_GROUP,
    PORT,
    MulticastReceiver,
    MulticastStream,
    frame_in_clear,
)
from getvpn_wan.namespaces import Namespace
from getvpn_wan.wait import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces need root")

SOURCES = {GROUP: "10.1.0.10", IPV6_GROUP: "2001:db8:1::10"}
HOPS_AT = {GROUP: 14 + 8, IPV6_GROUP: 14 + 7}
both_versions = pytest.mark.parametrize("group", SOURCES, ids=["IPv4", "IPv6"])


@pytest.fixture
def cable():
    """Two hosts: what sends, and what hears."""
    ends = [Namespace(f"mcdev{os.getpid() % 10000}{end}") for end in "ab"]
    try:
        for end in ends:
            end.create()
        one, other = ends
        ip(one, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", other.name)
        for number, end in enumerate(ends, 1):
            # a frame that is put on the cable again must have its checksum in it
            subprocess.run(end.command("ethtool", "-K", "eth0", "tx", "off"), check=True, capture_output=True)
            ip(end, "link", "set", "eth0", "up")
            ip(end, "addr", "add", f"10.{number}.0.10/8", "dev", "eth0")
            ip(end, "addr", "add", f"2001:db8:{number}::10/32", "dev", "eth0", "nodad")
        yield ends
    finally:
        for end in ends:
            end.delete()


def ip(end, *words):
    subprocess.run(end.command("ip", *words), check=True)


@both_versions
def test_all_that_is_sent_to_a_group_is_heard_once_and_not_by_its_sender(cable, group):
    here, there = cable
    with (
        MulticastReceiver(here, "eth0", group) as own,
        MulticastReceiver(there, "eth0", group) as other,
        MulticastStream(here, "eth0", SOURCES[group], group, 1000) as stream,
    ):
        stream.wait_for(200)
        sent = stream.stop([other])
        assert other.numbers(stream.source) == sent
        assert other.goes_on(stream.source, 0)
        assert not other.goes_on(stream.source, time.time())
        assert (other.repeated, other.sources, own.sources) == ([], {stream.source}, set())


@both_versions
def test_a_datagram_that_comes_twice_is_noticed(cable, group):
    here, there = cable
    with there.inside():
        wire = PacketSocket("eth0", f"udp and dst port {PORT}")
    with MulticastReceiver(there, "eth0", group) as receiver:
        with MulticastStream(here, "eth0", SOURCES[group], group, 200) as stream:
            stream.wait_for(10)
            stream.stop([receiver])
            frames = [frame for frame, _ in wire.read()]
            assert {frame[HOPS_AT[group]] for frame in frames} == {HOPS}
            with here.inside(), FrameSender("eth0") as again:
                again.send(frames[4])
            until(lambda: receiver.repeated, 5, "the second copy")
            assert receiver.repeated == [(stream.source, 4)]
    wire.close()


def test_a_datagram_that_does_not_arrive_is_noticed_and_so_is_that_the_stream_goes_on(cable):
    here, there = cable
    with (
        MulticastReceiver(there, "eth0", GROUP) as receiver,
        MulticastStream(here, "eth0", SOURCES[GROUP], GROUP, 400) as stream,
    ):
        until(lambda: receiver.goes_on(stream.source, 0), 5, "the stream")
        ip(there, "link", "set", "eth0", "down")
        stream.wait_for(40)
        ip(there, "link", "set", "eth0", "up")
        moment = time.time()
        until(lambda: receiver.goes_on(stream.source, moment), 5, "the stream again")
        sent = stream.stop([receiver])
        assert 30 < len(sent - receiver.numbers(stream.source)) < len(sent)


@both_versions
def test_a_forged_frame_is_one_to_the_group(cable, group):
    here, there = cable
    with there.inside():
        wire = PacketSocket("eth0", f"(ip or ip6) and udp and dst host {group} and ether multicast")
    with here.inside(), FrameSender("eth0") as stranger:
        stranger.send(frame_in_clear(SOURCES[group], group, 5499))
    until(lambda: wire.passed == 1, 5, "the forged frame")
    ((frame, _),) = wire.read()
    packet = Packet.of(frame)
    assert (str(packet.source), str(packet.destination), packet.ports) == (SOURCES[group], group, (5499, 5499))
    wire.close()
