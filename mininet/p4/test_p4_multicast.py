# SPDX-License-Identifier: Apache-2.0
"""Multicast through P4 switches: multicast groups of P4Runtime bring rekeys to the members, and data to hosts."""

import pytest
from getvpn_wan.capture import PacketSocket
from getvpn_wan.multicast_data import GROUP, IPV6_GROUP, everything_arrived_once
from getvpn_wan.multicast_rekeys import by_multicast, listens, new_kek
from getvpn_wan.plan import MEMBER_PORT

REPEATS = 2
DATAGRAMS = 200


@pytest.fixture
def multicast(deployment, onos):
    """A group whose rekeys are multicast; as it was before, afterwards."""
    onos.configure(change=by_multicast(deployment.plan, REPEATS))
    new_kek(deployment, onos)
    deployment.wait(lambda: all(listens(deployment, site) for site in deployment.plan.sites), 30, "all members to join")
    onos.wait_for_sites()
    yield deployment.plan.rekey_group
    onos.configure()
    new_kek(deployment, onos)
    onos.wait_for_sites()


def test_one_datagram_per_repeat_reaches_the_members_behind_p4_switches(
    deployment, onos, plan, pipelines, ping, multicast, lost_without_event
):
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    attempts = {number: one.status()["counters"]["registrationsAttempted"] for number, one in pipelines.items()}
    to_group = PacketSocket(plan.key_server_interface, f"udp and src port 848 and dst host {multicast}", buffer=0)
    copies = " or ".join(f"dst host {one}" for one in plan.members)
    to_members = PacketSocket(plan.key_server_interface, f"udp and src port 848 and ({copies})", buffer=0)
    try:
        spi = onos.rekey()
        deployment.wait(
            lambda: all({tek["spi"] for tek in one.status()["teks"]} == {spi} for one in pipelines.values()),
            60,
            f"all members with {spi} alone",
        )
        # the rollover is told so often, and then the old key deleted once
        assert (to_group.passed, to_members.passed) == (REPEATS + 1, 0)
    finally:
        to_group.close()
        to_members.close()
    results = [one.stop() for one in running]
    assert sum(r.lost for r in results) / sum(r.sent for r in results) <= lost_without_event + 0.02
    for number, one in pipelines.items():
        assert one.status()["counters"]["registrationsAttempted"] == attempts[number], "nobody had to register again"


def test_a_switch_that_restarts_gets_its_multicast_groups_again(deployment, onos, plan, request):
    """ONOS finds by itself that they are gone; a rekey until then is missed, and goes nowhere else."""
    site = plan.site(1)
    if site.switch in plan.software:
        pytest.skip("the member is inside the switch and registers anew: it has no rekey to miss")
    multicast = request.getfixturevalue("multicast")
    switch = deployment.wan.node(site.switch)
    switch.kill()
    switch.start([])
    onos.wait_for_sites()
    seen = PacketSocket(plan.ports(site.switch)[MEMBER_PORT], f"udp and src port 848 and dst host {multicast}", buffer=0)
    try:
        for _ in range(8):
            fresh = onos.rekey()
            deployment.wait(lambda fresh=fresh: onos.sas().get(fresh) == "SENDABLE", 30, f"{fresh} in use")
            if seen.passed:
                break
        assert seen.passed, "no rekey came through the switch after it had restarted"
    finally:
        seen.close()


@pytest.mark.parametrize("group", [GROUP, IPV6_GROUP], ids=["IPv4", "IPv6"])
def test_what_hosts_send_to_a_group_arrives_once_at_every_other_site(
    plan, receivers, stream, lost_without_event, group
):
    hosts = receivers(group)
    streams = {site.number: stream(site.number, group) for site in plan.sites}
    for running in streams.values():
        running.wait_for(DATAGRAMS)
    for number, running in streams.items():
        others = [host for site, host in hosts.items() if site != number]
        everything_arrived_once(running, running.stop(others), others, lost_without_event + 0.02)
        assert running.source not in hosts[number].sources
