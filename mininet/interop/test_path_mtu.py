# SPDX-License-Identifier: Apache-2.0
"""A link in the WAN that is narrower than the sites': nothing disappears in it, with ICMP and without."""

import contextlib
import errno
import time

from getvpn_interop.datagrams import AS_THE_PATH_IS, DONT_FRAGMENT, MAY_FRAGMENT, datagrams
from getvpn_interop.narrow_wan import HOSTS6, NARROW
from getvpn_interop.transfer import transfer

# octets of IP and ESP headers, IV, trailer and ICV around an inner packet; it ends at a multiple of 4
LONGEST_INNER = 1346
LONGEST_INNER6 = 1326
UDP_HEADERS, UDP_HEADERS6 = 28, 48


def arrives(send, receiving, octets, seconds=10):
    """Sends until one of that length has arrived, or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            send(octets)
        except OSError as refused:
            if refused.errno == errno.EMSGSIZE:
                return False
            raise
        with contextlib.suppress(TimeoutError):
            if len(receiving.recv(1 << 16)) == octets:
                return True
    return False


def test_routers_that_report_are_heard(narrow):
    wan, members = narrow()
    assert transfer(wan) > 0.9 * NARROW
    first = members[0].status()
    assert first["counters"]["pathMtusLowered"] == 1
    assert first["counters"]["icmpTooBigSent"] > 0
    with datagrams(wan, DONT_FRAGMENT) as (send, receiving):
        assert not arrives(send, receiving, LONGEST_INNER - UDP_HEADERS + 1), "the host knows what does not fit"
        assert arrives(send, receiving, LONGEST_INNER - UDP_HEADERS)
    with datagrams(wan, MAY_FRAGMENT) as (send, receiving):
        assert arrives(send, receiving, 1472)
        assert arrives(send, receiving, 4000)
    in_ipv6(wan, members[0])
    second = members[1].status()
    assert second["drops"]["ESP_FRAGMENT"] == 0
    assert second["counters"]["ipv6LinkFrames"] > 0, "h2 and r2 found each other through it"
    assert {reason: count for reason, count in second["drops"].items() if count and reason != "NOT_IP"} == {}


def in_ipv6(wan, sender):
    """The same in IPv6, which nobody but its sender cuts."""
    assert transfer(wan, HOSTS6[2]) > 0.9 * NARROW
    assert sender.status()["counters"]["pathMtusLowered"] == 2
    with datagrams(wan, DONT_FRAGMENT, HOSTS6[2]) as (send, receiving):
        assert not arrives(send, receiving, LONGEST_INNER6 - UDP_HEADERS6 + 1), "the host knows what does not fit"
        assert arrives(send, receiving, LONGEST_INNER6 - UDP_HEADERS6)
    with datagrams(wan, AS_THE_PATH_IS, HOSTS6[2]) as (send, receiving):
        assert arrives(send, receiving, 4000)


def test_a_datagram_that_may_be_fragmented_is_what_finds_the_path(narrow):
    wan, members = narrow()
    with datagrams(wan, MAY_FRAGMENT) as (send, receiving):
        assert arrives(send, receiving, 1472)
    assert members[0].status()["counters"]["pathMtusLowered"] == 1
    assert members[1].status()["drops"]["ESP_FRAGMENT"] == 0


def test_where_icmp_is_suppressed_the_configured_mtu_and_the_clamped_mss_carry(narrow):
    wan, members = narrow(mtu=NARROW, clampMss=True)
    wan.suppress_icmp()
    assert transfer(wan) > 0.9 * NARROW
    with datagrams(wan, MAY_FRAGMENT) as (send, receiving):
        assert arrives(send, receiving, 1472)
        assert arrives(send, receiving, 4000)
    with datagrams(wan, DONT_FRAGMENT) as (send, receiving):
        assert arrives(send, receiving, LONGEST_INNER - UDP_HEADERS)
    clamped = members[0].status()["counters"]["mssClamped"]
    assert clamped > 0
    assert transfer(wan, HOSTS6[2]) > 0.9 * NARROW
    with datagrams(wan, DONT_FRAGMENT, HOSTS6[2]) as (send, receiving):
        assert arrives(send, receiving, LONGEST_INNER6 - UDP_HEADERS6)
    counters = members[0].status()["counters"]
    assert counters["mssClamped"] > clamped
    assert counters["icmpTooBigReceived"] == 0
