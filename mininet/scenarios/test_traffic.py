# SPDX-License-Identifier: Apache-2.0
"""Any-to-any traffic between sites, encrypted, with the header that the core routes on."""

from getvpn_wan.capture import PacketSocket
from getvpn_wan.frames import Kind
from getvpn_wan.traffic import Iperf, ping_all, share_lost


def test_every_host_reaches_every_other_encrypted(deployment, detector, tolerated):
    results = ping_all(deployment.run, deployment.plan)
    assert share_lost(results.values()) <= tolerated, results
    # each echo crosses two links at least
    assert detector.esp_frames >= 2 * 2 * sum(len(result.replies) for result in results.values())


def test_the_outer_header_keeps_the_dscp_of_the_inner_one(deployment, plan):
    expedited = "ip proto 50 and ip[1] & 0xfc = 0xb8"
    captures = [PacketSocket(link.interface_b, expedited, buffer=0) for link in plan.site_links]
    deployment.wan.run("h1", "ping", "-c", "5", "-i", "0.1", "-Q", "0xb8", plan.site(2).host_address)
    assert sum(capture.passed for capture in captures) >= 10
    for capture in captures:
        capture.close()


def test_a_tcp_stream_finds_a_segment_size_that_fits_with_encryption(deployment, plan):
    at_most = 4 if plan.bmv2 else None
    iperf = Iperf(deployment.run, "h3", plan.site(3).host_address, "h1", at_most)
    assert iperf.megabits_per_second(3) > (2 if at_most else 10)


def test_a_bypassed_flow_crosses_in_clear_and_nothing_else_of_it(deployment, detector):
    send = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.2.0.10', {}))"
    for port in (123, 124):
        deployment.wan.run("h1", "python3", "-c", send.format(port))
    deployment.wait(lambda: detector.count(Kind.BYPASS) >= 2, 5, "the datagram to port 123, on two links")


def test_memory_stays_within_its_bounds(deployment, onos):
    assert onos.resident_mebibytes <= 1024
    for pipeline in deployment.pipelines.values():
        assert pipeline.resident_mebibytes <= 256
