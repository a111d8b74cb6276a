# SPDX-License-Identifier: Apache-2.0
"""From clear text to encryption and no packet lost: a group that receives only until an instant."""

from datetime import datetime, timedelta, timezone

import pytest
from getvpn_wan.frames import Kind
from getvpn_wan.traffic import UdpStream
from getvpn_wan.wait import for_seconds, until

SECONDS = 35


@pytest.fixture
def migrate(onos):
    """migrate() lets the group receive only for a while and returns until when; afterwards it is as before."""

    def begin():
        end = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(seconds=SECONDS)

        def receive_only(vpn):
            vpn["groups"][0]["receiveOnlyUntil"] = f"{end:%Y-%m-%dT%H:%M:%SZ}"

        onos.configure(change=receive_only)
        return end

    yield begin
    onos.configure()


def test_a_group_moves_from_clear_text_to_encryption_and_no_packet_is_lost(
    deployment, onos, plan, detector, ping, tolerated, migrate
):
    pings = [ping(1, 2, interval=0.02), ping(2, 3, interval=0.02), ping(3, 1, interval=0.02)]
    said_before = len(warnings(onos))
    with UdpStream(deployment.run, plan.site(1), plan.site(3), 2) as stream:
        traffic(pings)
        (before,) = onos.sas()
        with detector.allowing(plan.protect):
            end = migrate()
            deployment.wait(lambda: directions(onos) == {"receive-only"}, 20, f"{before} gone, its successor alone")
            in_clear(detector, pings)
            assert migration(onos)["migration"] == "open"
            assert {site["migration"] for site in onos.sites()} == {"open"}
            deployment.wait(lambda: min(counts(onos)) > 0, 20, "clear packets counted at the sites")
            assert datetime.now(timezone.utc) < end, "all of this within the migration"

            deployment.wait(lambda: directions(onos) == {"both"}, SECONDS + 30, "the receive-only key gone")
            deployment.wait(lambda: migration(onos)["migration"] == "closed", 10, "the end told")
            onos.wait_for_sites(20)
        clear = detector.count(Kind.MIGRATING)
        esp = detector.esp_frames
        traffic(pings)
        assert detector.count(Kind.MIGRATING) == clear
        assert detector.esp_frames > esp
        sent, lost = stream.stop()
    assert sent > 1000
    assert len(lost) <= tolerated * sent, lost
    for running in pings:
        assert running.stop().share_lost <= tolerated
    said = warnings(onos)[said_before:]
    assert said
    assert all("migration" in line and f"until={end:%Y-%m-%dT%H:%M:%SZ}" in line for line in said)


def traffic(pings):
    for running in pings:
        running.wait_for_replies(50, 15)


def in_clear(detector, pings):
    """Pings are answered, each is seen in clear on the WAN, and none as ESP."""
    until(lambda: at_rest(detector), 10, "no more of what was sent as ESP")
    clear, esp = detector.count(Kind.MIGRATING), detector.esp_frames
    traffic(pings)
    assert detector.count(Kind.MIGRATING) - clear >= 2 * 50 * len(pings), "requests and answers"
    assert detector.esp_frames == esp


def at_rest(detector):
    """Whether no ESP came for half a second, in which each ping sends 25 packets."""
    before = detector.esp_frames
    for_seconds(0.5)
    return detector.esp_frames == before


def directions(onos):
    return {key["direction"] for key in onos.keys() if key["kind"] == "TEK"}


def migration(onos):
    (one,) = onos.status()["migrations"]
    return one


def counts(onos):
    state = migration(onos)
    return state["leftInClear"], state["arrivedInClear"]


def warnings(onos):
    text = onos.log.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if "passes in clear" in line]
