# SPDX-License-Identifier: Apache-2.0
"""A hundred rollovers of TEK and KEK under traffic, and restarts of pipelines: nothing lost, no IV twice.

What a key server that is killed hands out afterwards is watched where it is killed, in `test_onos_restart`.
"""

import time

import pytest
from getvpn_wan.traffic import UdpStream

ROLLOVERS = 100
LINK_MEGABITS = 20
LIFETIME = 40


@pytest.fixture
def keys_of_seconds(deployment, onos):
    """A group whose keys live for seconds; as it was before, afterwards."""

    def hasten(vpn):
        group = vpn["groups"][0]
        group["tek"]["lifetime"] = group["kek"]["lifetime"] = LIFETIME
        group["activationDelay"], group["deactivationDelay"] = 1, 2

    onos.configure(change=hasten)
    yield
    onos.configure()
    # no key that was made under the short lifetimes may be in use in the next scenario; of the KEKs, the one
    # before the last is still listed until its end
    renewed = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {renewed}, 60, "one TEK of the usual lifetime")
    onos.rekey_kek()
    deployment.wait(lambda: in_use(onos, "KEK")["lifetimeSeconds"] > LIFETIME, 120, "a KEK of the usual lifetime in use")


def in_use(onos, kind):
    return next(sa for sa in onos.keys() if sa["kind"] == kind and sa["stage"] == "SENDABLE")


@pytest.fixture
def links_with_a_rate(wan):
    """So that the load of a WAN link is a share of something."""
    with wan.rate(LINK_MEGABITS):
        yield


@pytest.fixture
def as_fast_as_it_goes(plan, ping, flood):
    """From host 1 to host 2. bmv2 must not be flooded: a hundred pings a second, and the stream beside them, are enough."""
    return ping(1, 2, interval=0.01) if plan.bmv2 else flood(1, 2)


@pytest.mark.usefixtures("keys_of_seconds", "links_with_a_rate")
def test_a_hundred_rollovers_under_traffic_lose_no_packet_and_repeat_no_iv(
    deployment, onos, plan, ping, tolerated, ledger, as_fast_as_it_goes
):
    """A flood ping, ordinary ones, and UDP at a fifth of the links' rate.

    TEK and KEK change in turns, one as soon as the other is in use, so that up to three TEKs are received at a time.
    """
    pings = [ping(2, 3, interval=0.02), ping(3, 1, interval=0.02)]
    for running in pings:
        running.wait_for_replies(20, 10)
    begin, teks, keks = onos.group()["rekeys"], set(), set()
    with UdpStream(
        deployment.run, deployment.plan.site(1), deployment.plan.site(3), megabits=LINK_MEGABITS / 5
    ) as stream:
        deadline = time.monotonic() + 600
        while onos.group()["rekeys"] - begin < ROLLOVERS:
            assert time.monotonic() < deadline, "a hundred rollovers take ten minutes at most"
            tek = onos.rekey()
            deployment.wait(lambda tek=tek: onos.sas().get(tek) == "SENDABLE", 60, "the new TEK in use")
            kek = onos.rekey_kek()
            deployment.wait(lambda kek=kek: onos.sas("KEK")[kek] == "SENDABLE", 60, "the new KEK in use")
            teks.add(tek)
            keks.add(kek)
        sent, lost = stream.stop()
    assert sent > 0
    assert len(lost) <= tolerated * sent, lost
    for running in pings:
        running.wait_for_replies(20, 10)
        assert running.stop().share_lost <= tolerated
    flooded = as_fast_as_it_goes.stop()
    assert flooded.sent > (1_000 if plan.bmv2 else 10_000)
    assert flooded.share_lost <= tolerated, flooded
    assert len(keks) >= ROLLOVERS // 3, "KEKs change too"
    assert len(ledger.spis) >= len(teks) >= ROLLOVERS // 3


def test_no_iv_repeats_over_restarts_of_pipelines(deployment, pipelines, ping, ledger):
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    for _ in range(3):
        for pipeline in pipelines.values():
            pipeline.kill()
        deployment.wait_for_members()
        for running in pings:
            running.wait_for_replies(10, 60)
    assert ledger.packets > 100
