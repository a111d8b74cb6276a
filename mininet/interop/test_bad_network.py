# SPDX-License-Identifier: Apache-2.0
"""Rekeys over a network that loses, reorders and repeats them: our key server and our member find together."""

import re

import pytest
from getvpn_interop import programs
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_interop.relay import Relay
from getvpn_wan.wait import until

ANNOUNCED = re.compile(r"spi=0x([0-9a-f]{8}) member=- stage=ANNOUNCED")
HELD = re.compile(r"spi=0x([0-9a-f]{8}),")
GROUP = {
    "tek": {"lifetime": 12},
    "kek": {"lifetime": 300},
    "activationDelay": 2,
    "deactivationDelay": 4,
}


@pytest.fixture
def over(run, key):
    """over(fate) makes a relay, and a key server and a member at its ends, not yet started."""

    def make(fate):
        relay = Relay(run, fate)
        server = programs.KeyServer(
            run, relay.end("ks"), group=GROUP,
            preSharedKeysFile=programs.pre_shared_keys(run, "interop-ks.psk", MEMBER, key),
        )
        client = programs.Member(
            run, relay.end("gm"),
            preSharedKeysFile=programs.pre_shared_keys(run, "interop-gm.psk", KEY_SERVER, key),
        )
        return relay, server, client

    return make


def announced(server):
    """SPIs of the TEKs that the key server made, oldest first."""
    return list(dict.fromkeys(ANNOUNCED.findall(server.log.read_text(encoding="utf-8"))))


def rekeys(client):
    """For each rekey that the member took, the SPIs that it held afterwards."""
    lines = client.log.read_text(encoding="utf-8").splitlines()
    return [HELD.findall(line) for line in lines if "stage=REKEY" in line]


def last_key_is_known(server, client):
    """Whether the member holds the key before the last that the key server made, or a younger one."""
    taken = rekeys(client)
    return taken and taken[-1][-1] in announced(server)[-2:]


def came_back(spi, taken):
    """Whether it was held, then not, then held again."""
    held = "".join("x" if spi in spis else "." for spis in taken)
    return "." in held.strip(".")


@pytest.mark.parametrize(
    ("lost", "is_lost"),
    [
        ("the first of three", lambda number: number % 3 == 1),
        ("two of three", lambda number: number % 3 != 0),
    ],
)
def test_lost_messages_are_sent_again_until_the_member_has_every_key(over, lost, is_lost):
    relay, server, client = over(lambda number, frame: [] if is_lost(number) else [frame])
    with relay, server, client:
        client.wait_until_said("registered", seconds=60)
        until(lambda: len(announced(server)) >= 4, 120, f"four keys, with {lost} messages lost")
        until(lambda: last_key_is_known(server, client), 20, "the member has the last key but one")
        assert client.times("registered with") == 1
        held = [spi for spis in rekeys(client) for spi in spis]
        assert set(announced(server)[1:-1]) <= set(held)


def test_no_repeated_or_late_message_brings_an_old_key_back(over):
    """Each message arrives after its successor, and with each of them all that were ever sent come again."""
    sent = []

    def shuffled(_, frame):
        sent.append(frame)
        late = sent[:-1] if len(sent) % 2 == 0 else []
        return [] if len(sent) % 2 else [frame, *reversed(late)]

    relay, server, client = over(shuffled)
    with relay, server, client:
        client.wait_until_said("registered", seconds=60)
        until(lambda: len(announced(server)) >= 5, 150, "five keys")
        until(lambda: len(sent) >= 8, 60, "eight messages, of which half came late and again")
        until(lambda: last_key_is_known(server, client), 20, "the member has the last key but one")
        assert client.times("registered with") == 1
        taken = rekeys(client)
        assert [spi for spi in announced(server) if came_back(spi, taken)] == []


def test_a_member_that_hears_no_rekey_is_named_before_the_old_key_ends_and_registers_again(over):
    relay, server, client = over(lambda number, frame: [])
    with relay, server, client:
        client.wait_until_said("registered", seconds=60)
        server.wait_until_said(f"member={MEMBER}", "has not acknowledged this rekey", seconds=60)
        assert not server.said("stage=GONE")
        until(lambda: client.times("registered with") >= 2, 60, "the member registers again")
        assert relay.pushes > 1
        assert rekeys(client) == []
