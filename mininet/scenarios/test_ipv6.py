# SPDX-License-Identifier: Apache-2.0
"""IPv6 between sites under the same policy, keys and switches as IPv4; neighbours are found, and never over the WAN."""

from getvpn_wan.frames import Kind
from getvpn_wan.ipv6 import NOBODY, OnTheWan, ping_all_by_ipv6, send_later_fragments
from getvpn_wan.traffic import share_lost

FRAMES = 20


def test_every_host_reaches_every_other_by_ipv6_encrypted(deployment, plan, tolerated):
    with OnTheWan(plan) as seen:
        for size, count in ((56, 10), (3000, 3)):  # fragments too
            results = ping_all_by_ipv6(deployment, count, size=size)
            assert share_lost(results.values()) <= tolerated, results
        assert seen.esp >= 2 * 2 * 6 * 10, "each echo crosses two links at least"
        assert seen.discovery == 0


def test_ipv6_without_a_line_is_dropped_and_counted(deployment, onos, plan):
    site = plan.site(1)
    before = onos.drops(site)["no_policy"]
    deployment.wan.run("h1", "ping", "-c", "5", "-i", "0.1", "-W", "1", NOBODY, check=False)
    deployment.wait(lambda: onos.drops(site)["no_policy"] >= before + 5, 20, "five drops without a line")


def test_a_bypassed_flow_of_ipv6_crosses_in_clear_and_nothing_else_of_it(deployment, detector, plan, pipelines):
    send = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8:2::10', {}))"
    before = detector.count(Kind.BYPASS)
    for port in (123, 124):
        deployment.wan.run("h1", "python3", "-c", send.format(port))
    deployment.wait(lambda: detector.count(Kind.BYPASS) >= before + 2, 5, "the datagram to port 123, on two links")
    unresolved = pipelines[1].status()["drops"]["FRAGMENT_UNRESOLVED"]
    send_later_fragments(deployment, plan.site(1), plan.site(2), FRAMES)
    deployment.wait(
        lambda: pipelines[1].status()["drops"]["FRAGMENT_UNRESOLVED"] >= unresolved + FRAMES,
        10,
        "fragments that may be of the bypassed flow, and of any other, at the member",
    )


def test_nobody_but_the_gateway_answers_for_its_address(deployment, onos, plan):
    """The host's neighbour table has the virtual gateway, a router, and no host of another site."""
    table = deployment.wan.run("h1", "ip", "-6", "neigh", "show", "dev", "h1-eth0").splitlines()
    (gateway,) = [line for line in table if line.startswith(f"{plan.site(1).ipv6_gateway} ")]
    assert "lladdr 02:67:76:00:00:01 router" in gateway
    assert not [line for line in table if line.startswith(tuple(plan.ipv6_hosts[1:]))]
    assert onos.drops(plan.site(1))["nd_from_wan"] == 0
