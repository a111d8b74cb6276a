# SPDX-License-Identifier: Apache-2.0
"""A hundred rollovers of TEK and KEK under traffic, and restarts of everything: nothing lost, no IV twice."""

import time

import pytest
from getvpn_wan.iv_ledger import IvLedger
from getvpn_wan.traffic import UdpStream

ROLLOVERS = 100


@pytest.fixture
def ledger(deployment):
    """Every IV from the first to the last second of a scenario."""
    watching = IvLedger(deployment.plan)
    watching.start()
    yield watching
    assert watching.stop() == []
    assert watching.packets > 0


@pytest.fixture
def keys_of_seconds(deployment, onos):
    """A group whose keys live for seconds; as it was before, afterwards."""

    def hasten(vpn):
        group = vpn["groups"][0]
        group["tek"]["lifetime"] = 40
        group["kek"]["lifetime"] = 60
        group["activationDelay"], group["deactivationDelay"] = 1, 2

    onos.configure(change=hasten)
    yield
    onos.configure()
    # keys made under the short lifetimes have to be gone before the next scenario
    renewed = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {renewed}, 60, "one TEK of the usual lifetime")
    onos.rekey_kek()
    deployment.wait(lambda: short_lived(onos, "KEK") == [], 120, "KEKs of the usual lifetime alone")


def short_lived(onos, kind):
    return [sa["spi"] for sa in onos.keys() if sa["kind"] == kind and sa["lifetimeSeconds"] <= 60]


@pytest.mark.usefixtures("keys_of_seconds")
def test_a_hundred_rollovers_under_traffic_lose_no_packet_and_repeat_no_iv(deployment, onos, ping, ledger):
    pings = [ping(1, 2, interval=0.02), ping(2, 3, interval=0.02), ping(3, 1, interval=0.02)]
    for running in pings:
        running.wait_for_replies(20, 10)
    begin, keks = onos.group()["rekeys"], set(onos.sas("KEK"))
    with UdpStream(deployment.run, deployment.plan.site(1), deployment.plan.site(3), megabits=4) as stream:
        deadline = time.monotonic() + 900
        while onos.group()["rekeys"] - begin < ROLLOVERS:
            assert time.monotonic() < deadline, "a hundred rollovers take fifteen minutes at most"
            if len(onos.sas()) == 1:
                onos.rekey()
            deployment.wait(lambda: len(onos.sas()) == 1, 60, "the older TEK gone")
            kek = onos.rekey_kek()
            deployment.wait(lambda kek=kek: onos.sas("KEK")[kek] == "SENDABLE", 60, "the new KEK in use")
            keks.add(kek)
        sent, lost = stream.stop()
    assert sent > 0
    assert lost == []
    for running in pings:
        running.wait_for_replies(20, 10)
        assert running.stop().lost == 0
    assert len(keks) >= ROLLOVERS // 3, "KEKs change too"
    assert len(ledger.spis) >= ROLLOVERS // 3


def test_no_iv_repeats_over_restarts_of_pipelines_and_key_server(deployment, onos, pipelines, ping, ledger):
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    for _ in range(3):
        for pipeline in pipelines.values():
            pipeline.kill()
        deployment.wait_for_members()
        for running in pings:
            running.wait_for_replies(10, 60)
    onos.kill()
    onos.start()
    onos.wait_for_switches()
    onos.wait_for_sites()
    for pipeline in pipelines.values():
        pipeline.kill()
    deployment.wait_for_members()
    for running in pings:
        running.wait_for_replies(10, 60)
    assert ledger.packets > 100
