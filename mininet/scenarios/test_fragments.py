# SPDX-License-Identifier: Apache-2.0
"""What GDOI says in several IP packets passes the switches in fragments, and nobody else's fragments do."""

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import ip_frame

LINES = 60
UDP = 17
LATER = "udp and ip[6:2] & 0x1fff != 0"


@pytest.fixture
def lengthen(deployment, onos):
    """lengthen() gives the group so many lines that no message with them fits one packet; afterwards it is as before."""

    def longer(vpn):
        vpn["groups"][0]["policy"][:0] = [
            {**deployment.plan.protect[0], "protocol": "udp", "destinationPort": 20000 + number}
            for number in range(LINES)
        ]

    yield lambda: onos.configure(change=longer)
    onos.configure()


def test_members_hear_rekeys_and_register_though_the_policy_takes_several_packets(
    deployment, onos, plan, pipelines, ping, lengthen
):
    attempts = {number: one.status()["counters"]["registrationsAttempted"] for number, one in pipelines.items()}
    before = set(onos.sas())
    address = plan.site(1).member_address
    to_member = PacketSocket(plan.before_member(plan.site(1)), f"{LATER} and dst host {address}", buffer=0)
    try:
        lengthen()
        deployment.wait(lambda: onos.sas() and not before & set(onos.sas()), 60, "a key that came with the lines, alone")
        (spi,) = onos.sas()
        deployment.wait(
            lambda: all({tek["spi"] for tek in one.status()["teks"]} == {spi} for one in pipelines.values()),
            30,
            f"members with {spi} alone",
        )
        rekeys = to_member.passed
        assert rekeys > 0, "a rekey in one packet would prove nothing"
        for number, one in pipelines.items():
            assert one.status()["counters"]["registrationsAttempted"] == attempts[number], "it came by a rekey"
        onos.wait_for_sites()
        pipelines[1].stop()
        pipelines[1].start()
        pipelines[1].wait_until_registered(30)
        assert to_member.passed > rekeys, "nor would a registration"
    finally:
        to_member.close()
    ping(1, 2).wait_for_replies(10, 20)


def test_fragments_of_a_host_do_not_pass_by_the_permission_of_gdoi(deployment, onos, plan):
    """Neither with its own address nor with the member's; the detector sees every WAN link."""
    site = plan.site(1)
    before = onos.drops(site).get("source_guard", 0)
    crossed = PacketSocket(plan.key_server_interface, LATER, buffer=0)
    try:
        with deployment.run.namespace(site.host).inside(), FrameSender("h1-eth0", pause=0.005) as sender:
            for source in (site.host_address, site.member_address):
                frame = ip_frame(source, plan.key_server_addresses[0], UDP, bytes(64), 185)
                for _ in range(20):
                    sender.send(frame)
        deployment.wait(lambda: onos.drops(site).get("source_guard", 0) >= before + 20, 30, "the drops counted")
        assert crossed.passed == 0
    finally:
        crossed.close()
