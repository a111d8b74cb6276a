# SPDX-License-Identifier: Apache-2.0
"""An end host that encrypts for itself, by a TUN interface, with a gateway at the other site."""

import socket
import subprocess

import pytest
from getvpn_interop.cable import KEY_SERVER
from getvpn_interop.narrow_wan import HOSTS, HOSTS6, NARROW
from getvpn_interop.transfer import transfer
from getvpn_wan.capture import PacketSocket

PORT = 5400
STRANGER = "10.2.0.77"
CLEAR = "inbound and not ip proto 50 and not ip6 proto 50 and (net 10.2.0.0/24 or net fd00:2::/64)"
ESP = "ip proto 50 or ip6 proto 50"
# a host that hears ESP and knows nobody for it says so by one of these
NOBODY_THERE = "(icmp[0] == 3 and icmp[1] == 2) or (icmp6 and ip6[40] == 4)"


@pytest.fixture
def host(narrow):
    """h1 as a member, h2 behind a gateway, and what the link of h1's router carries."""
    wan, members = narrow(on_hosts=(1,), mtu=NARROW)
    with wan.namespace("r1").inside():
        clear = PacketSocket("lan", CLEAR)
        esp = PacketSocket("lan", ESP)
        complaints = PacketSocket("lan", NOBODY_THERE)
    try:
        yield wan, members[0], clear, esp
        assert clear.passed == 0, "clear text on the WAN"
        assert complaints.passed == 0
        # the control: without the route the kernel sends in clear, and that is seen
        subprocess.run(["ip", "-n", wan.namespace("h1").name, "route", "flush", "dev", "gm0"], check=True)
        ping(wan, HOSTS[2])
        assert clear.passed > 0
    finally:
        for capture in (clear, esp, complaints):
            capture.close()


def ping(wan, to):
    words = wan.namespace("h1").command("ping", "-c", "2", "-i", "0.2", "-W", "2", to)
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_a_host_reaches_another_site_encrypted_and_falls_silent_when_its_member_dies(host):
    wan, member, _, esp = host
    for to in (HOSTS[2], HOSTS6[2]):
        done = ping(wan, to)
        assert done.returncode == 0, done.stdout
        # packets of the TUN interface's 1500 octets are too long: the member tells its own kernel so
        assert transfer(wan, to) > 1000
    counters = member.status()["counters"]
    assert counters["icmpTooBigSent"] > 0
    assert counters["framesSegmented"] > 0, "TCP leaves the kernel in super-frames"
    assert member.status()["io"] == "tun"
    assert esp.passed > 100

    # what a stranger in the WAN sends in clear under an address of the other site does not arrive
    subprocess.run(["ip", "-n", wan.namespace("r1").name, "address", "add", STRANGER, "dev", "lo"], check=True)
    with wan.namespace("h1").socket(kind=socket.SOCK_DGRAM) as listening:
        listening.settimeout(0.5)
        listening.bind((HOSTS[1], PORT))
        for source in (STRANGER, KEY_SERVER):
            with wan.namespace("r1").socket(kind=socket.SOCK_DGRAM) as sending:
                sending.bind((source, 0))
                sending.sendto(source.encode(), (HOSTS[1], PORT))
        assert listening.recv(100).decode() == KEY_SERVER
        with pytest.raises(TimeoutError):
            listening.recv(100)

    # routes and interface outlive the member, so that nothing takes another way
    member.kill()
    before = esp.passed
    for to in (HOSTS[2], HOSTS6[2]):
        assert ping(wan, to).returncode != 0
    assert esp.passed == before
