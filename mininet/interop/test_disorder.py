# SPDX-License-Identifier: Apache-2.0
"""ESP over a link that loses, repeats and reorders it, and all of it played back to a member that was started anew."""

import contextlib

from getvpn_interop.carrier import Disorder, is_esp
from getvpn_interop.datagrams import DONT_FRAGMENT, datagrams
from getvpn_interop.narrow_wan import HOSTS, HOSTS6, NARROW
from getvpn_interop.transfer import transfer
from getvpn_wan.wait import for_seconds, until

DATAGRAMS = 3000
# no more are on the way than every queue has room for, however slow a reader is
AT_ONCE = 50
QUIET = 0.05  # seconds
WINDOW = 2  # seconds


def datagram(number):
    return number.to_bytes(4, "big") * (1 + number % 300)


def arrive(receiving):
    """What arrives until nothing does for the socket's timeout."""
    with contextlib.suppress(TimeoutError):
        while True:
            yield receiving.recv(1 << 16)


def numbered(wan):
    """Sends datagrams and returns the numbers of those that arrived, in order of arrival."""
    with datagrams(wan, DONT_FRAGMENT) as (send, receiving):
        to_send = map(datagram, range(DATAGRAMS))
        arrived = []
        while not arrived:
            # until the routers have found their neighbours they keep little of what waits for that
            send(next(to_send))
            with contextlib.suppress(TimeoutError):
                arrived.append(receiving.recv(1 << 16))
        receiving.settimeout(QUIET)
        for position, octets in enumerate(to_send):
            send(octets)
            if position % AT_ONCE == 0:
                arrived.extend(arrive(receiving))
        receiving.settimeout(1)
        arrived.extend(arrive(receiving))
    numbers = [int.from_bytes(octets[:4], "big") for octets in arrived]
    assert arrived == [datagram(number) for number in numbers]
    return numbers


def drops(member):
    return {
        reason: count
        for reason, count in member.status()["drops"].items()
        if count and reason != "NOT_IP"
    }


def test_each_packet_that_the_network_delivers_is_delivered_once(narrow):
    there, back = Disorder(4303), Disorder(6479)
    wan, members = narrow(fates={"r1": there, "r2": back}, replay="strict", mtu=NARROW, clampMss=True)
    numbers = numbered(wan)
    assert there.lost and there.twice and there.late
    assert len(numbers) == DATAGRAMS - there.lost - there.waiting
    assert len(set(numbers)) == len(numbers)
    assert numbers != sorted(numbers)
    assert drops(members[1]) == {"REPLAYED": there.twice}
    for to in (HOSTS[2], HOSTS6[2]):
        transfer(wan, to)
    assert back.lost and back.twice and back.late
    for way, member in ((there, members[1]), (back, members[0])):
        until(lambda way=way, member=member: drops(member) == {"REPLAYED": way.twice}, 10, "each copy is counted once")


def test_a_capture_played_back_to_a_member_that_was_started_anew_is_dropped_whole(narrow):
    capture = []

    def record(frame):
        if is_esp(frame):
            capture.append(frame)
        return [frame]

    wan, members = narrow(
        group={"replay": {"mode": "time", "window": WINDOW, "clock": "pseudotime"}},
        fates={"r1": record, "r2": lambda frame: [frame]},
    )
    assert numbered(wan) == list(range(DATAGRAMS))
    receiver = members[1]
    receiver.kill()
    for_seconds(WINDOW + 1)
    with receiver:
        until(lambda: "SENDABLE" in str(receiver.status()["teks"]), 60, "the member has keys again")
        recorded = list(capture)
        assert len(recorded) == DATAGRAMS
        with datagrams(wan, DONT_FRAGMENT) as (send, receiving):
            for number, frame in enumerate(recorded, start=1):
                wan.carrier.send("r2", frame)
                if number % AT_ONCE == 0:
                    until(lambda number=number: drops(receiver) == {"TIME_OLD": number}, 10, "each is dropped as old")
            assert list(arrive(receiving)) == []
            send(datagram(1))
            assert receiving.recv(1 << 16) == datagram(1), "what is new goes on"
        assert receiver.status()["counters"]["packetsDecrypted"] == 1
