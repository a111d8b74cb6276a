# SPDX-License-Identifier: Apache-2.0
"""IPv6 hosts at P4 switches, under the same policy, keys and SPIs as IPv4."""

from getvpn_wan.frames import Kind
from getvpn_wan.ipv6 import NOBODY, OnTheWan, ping_all_by_ipv6, send_later_fragments

FRAMES = 20


def test_every_host_reaches_every_other_by_ipv6_encrypted(deployment, plan, lost_without_event):
    with OnTheWan(plan) as seen:
        results = ping_all_by_ipv6(deployment, 20)
        share = sum(result.lost for result in results.values()) / sum(result.sent for result in results.values())
        assert share <= lost_without_event + 0.02
        assert seen.esp >= 2 * 2 * sum(len(result.replies) for result in results.values())
        assert seen.discovery == 0


def test_what_no_line_lets_out_by_ipv6_is_dropped_and_counted(deployment, onos, plan):
    site = plan.site(1)
    before = onos.drops(site)["no_policy"]
    deployment.wan.run("h1", "ping", "-c", "5", "-i", "0.1", "-W", "1", NOBODY, check=False)
    deployment.wait(lambda: onos.drops(site)["no_policy"] >= before + 5, 20, "five drops without a line")


def test_a_bypassed_flow_of_ipv6_crosses_in_clear_and_nothing_that_may_be_of_it(
    deployment, detector, plan, pipelines
):
    send = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:db8:2::10', {}))"
    before = detector.count(Kind.BYPASS)
    for port in (123, 124):
        deployment.wan.run("h1", "python3", "-c", send.format(port))
    deployment.wait(lambda: detector.count(Kind.BYPASS) >= before + 2, 10, "the datagram to port 123, on two links")
    unresolved = pipelines[1].status()["drops"]["FRAGMENT_UNRESOLVED"]
    send_later_fragments(deployment, plan.site(1), plan.site(2), FRAMES)
    deployment.wait(
        lambda: pipelines[1].status()["drops"]["FRAGMENT_UNRESOLVED"] >= unresolved + FRAMES,
        10,
        "fragments that may be of the bypassed flow, and of any other, at the member",
    )
