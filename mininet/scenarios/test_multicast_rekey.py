# SPDX-License-Identifier: Apache-2.0
"""Rekeys by multicast: one datagram per repeat leaves the key server, and every member follows."""

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import udp_frame
from getvpn_wan.multicast_rekeys import by_multicast, listens, new_kek

REPEATS = 3
GROUP = bytes([239, 84, 8, 1])
GROUP_MAC = bytes.fromhex("01005e540801")


@pytest.fixture
def multicast(deployment, onos):
    """A group whose rekeys are multicast; as it was before, afterwards. No member registers again for it."""
    onos.configure(change=by_multicast(deployment.plan, REPEATS))
    # who still listens for an older KEK has nothing to report
    joining = [site for site in deployment.plan.sites if not listens(deployment, site)]
    reports = [PacketSocket(deployment.plan.before_member(site), "igmp") for site in joining]
    try:
        new_kek(deployment, onos)
        for report in reports:
            deployment.wait(lambda report=report: joins(report), 10, f"a member that joins, seen at {report.interface}")
    finally:
        for report in reports:
            report.close()
    assert all(listens(deployment, site) for site in deployment.plan.sites)
    if deployment.plan.p4:
        onos.wait_for_sites()  # a rule that names a multicast group comes after the group
    yield deployment.plan.rekey_group
    onos.configure()
    new_kek(deployment, onos)
    rollover(deployment, onos)
    deployment.wait(
        lambda: not any(branches(deployment, switch) for switch in deployment.plan.openflow_switches),
        30,
        "the tree gone from all switches",
    )


def joins(reports):
    """Whether a report for the group is among those that came in since the last look (RFC 3376, section 4.2)."""
    return any(GROUP in frame for frame, _ in reports.read())


def rollover(deployment, onos):
    spi = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {spi}, 60, f"{spi} alone")
    return spi


def branches(deployment, switch):
    return [flow for flow in deployment.switches.flows(switch) if f"nw_dst={deployment.plan.rekey_group}" in flow]


def test_one_datagram_per_repeat_reaches_all_members_and_no_packet_is_lost(
    deployment, onos, plan, pipelines, ping, tolerated, multicast
):
    pings = [ping(1, 2, interval=0.02), ping(2, 3, interval=0.02), ping(3, 1, interval=0.02)]
    for running in pings:
        running.wait_for_replies(20, 10)
    attempts = {number: one.status()["counters"]["registrationsAttempted"] for number, one in pipelines.items()}
    port = plan.key_server_interface
    to_group = PacketSocket(port, f"udp and src port 848 and dst host {multicast}", buffer=0)
    to_members = PacketSocket(
        port, "udp and src port 848 and (" + " or ".join(f"dst host {one}" for one in plan.members) + ")", buffer=0
    )
    try:
        for _ in range(3):
            spi = rollover(deployment, onos)
            deployment.wait(
                lambda spi=spi: all(
                    {tek["spi"] for tek in one.status()["teks"]} == {spi} for one in pipelines.values()
                ),
                30,
                f"members with {spi} alone",
            )
        # each rollover is told so often, and then the old key deleted once
        assert to_group.passed == 3 * (REPEATS + 1)
        assert to_members.passed == 0
    finally:
        to_group.close()
        to_members.close()
    for running in pings:
        running.wait_for_replies(20, 10)
        assert running.stop().share_lost <= tolerated
    for number, one in pipelines.items():
        assert one.status()["counters"]["registrationsAttempted"] == attempts[number], "nobody had to register again"
    for site in plan.sites:
        assert site.switch in plan.p4 or branches(deployment, site.switch)


def test_a_host_cannot_send_into_the_tree(deployment, onos, plan, multicast):
    """Nor does its datagram leave the site: the detector sees every WAN link."""
    site = plan.site(1)
    before = onos.drops(site).get("no_policy", 0)
    with deployment.run.namespace(site.host).inside(), FrameSender("h1-eth0") as sender:
        for source in (site.host_address, plan.key_server_addresses[0]):
            frame = bytearray(udp_frame(source, multicast, 848, 848, b"forged"))
            frame[0:6] = GROUP_MAC
            for _ in range(20):
                sender.send(bytes(frame))
    deployment.wait(lambda: onos.drops(site).get("no_policy", 0) >= before + 20, 30, "the drops counted")
