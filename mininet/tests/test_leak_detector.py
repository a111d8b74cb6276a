# SPDX-License-Identifier: Apache-2.0
"""The detector against a WAN that leaks on purpose: switches with a few fixed rules, no controller."""

import os

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import Kind, udp_frame
from getvpn_wan.lab import Lab
from getvpn_wan.leak_detector import KNOWN_PAYLOAD, Verdict
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.traffic import Ping
from getvpn_wan.wait import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="namespaces and switches need root")

# h1 - s1 - c2 - s2 - h2, in clear text: what must never happen on a WAN with our application
LEAKING = {
    "s1": ("in_port=1,actions=output:4", "in_port=4,actions=output:1"),
    "c2": ("in_port=3,actions=output:4", "in_port=4,actions=output:3"),
    "s2": ("in_port=1,actions=output:3", "in_port=3,actions=output:1"),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    run = RunDirectory(tmp_path_factory.mktemp("run"), f"leaktest{os.getpid() % 1000}")
    with Lab(run=run) as lab:
        lab.wan.start(controller=False)
        for here, there in (("h1", "h2"), ("h2", "h1")):
            mac = lab.wan.node(there).MAC()
            lab.wan.run(here, "ip", "neigh", "replace", f"10.{here[1:]}.0.1", "lladdr", mac, "dev", f"{here}-eth0")
        yield lab


@pytest.fixture
def leaking(lab):
    for switch, flows in LEAKING.items():
        for flow in flows:
            lab.switches.ofctl("add-flow", switch, flow)
    yield lab
    for switch in LEAKING:
        lab.switches.delete_flows(switch)


def test_a_wan_without_traffic_is_clean_and_the_control_frames_are_seen(lab):
    detector = lab.detector("quiet")
    detector.start()
    verdict = detector.stop()
    assert verdict.problems == []
    assert verdict.kinds[Kind.CONTROL] >= 4 * len(lab.plan.wan_links)


def test_a_switch_without_rules_lets_nothing_through(lab):
    detector = lab.detector("no-rules")
    detector.start()
    with Ping(lab.run, "h1", "10.2.0.10", count=3) as ping:
        result = ping.finish()
    assert (result.sent, result.lost) == (3, 3)
    assert detector.stop().problems == []


def test_every_clear_text_packet_is_counted_on_every_link_that_it_crosses(leaking):
    detector = leaking.detector("leaking")
    detector.start()
    with Ping(leaking.run, "h1", "10.2.0.10", count=5) as ping:
        assert ping.finish().lost == 0
    verdict = detector.stop()
    echoes = [s for s in verdict.sightings if "protocol icmp" in s.what]
    assert len(echoes) == 5 * 2 * 2, "five requests, five replies, two links"
    assert {s.link for s in echoes} == {"s1-c2", "s2-c2"}
    assert verdict.problems


def test_esp_is_counted_exactly_and_its_addresses_are_checked(lab):
    detector = lab.detector("esp")
    detector.start()
    link = lab.plan.wan_links[0]
    for destination in ("10.2.0.10", "10.2.0.99"):
        send(link.interface_a, 20, esp_frame("10.1.0.10", destination))
    verdict = detector.stop()
    assert (verdict.esp_frames, verdict.esp_between_hosts) == (40, 20)
    assert verdict.clear_text == 0
    assert not verdict.addresses_preserved, "10.2.0.99 is no host"


def test_clear_text_that_calls_itself_esp_is_found_by_the_payload_it_carries(lab):
    detector = lab.detector("null-cipher")
    detector.start()
    link = lab.plan.wan_links[0]
    send(link.interface_b, 400, esp_frame("10.1.0.10", "10.2.0.10", KNOWN_PAYLOAD * 4))
    verdict = detector.stop()
    assert verdict.payload_in_esp > 0
    assert any("unencrypted" in problem for problem in verdict.problems)


def test_frames_that_a_capture_lost_are_counted(lab):
    link = lab.plan.wan_links[0]
    narrow = PacketSocket(link.interface_a, "udp port 9", buffer=0)
    send(link.interface_a, 200, udp_frame("10.1.0.10", "10.2.0.10", 9, 9, b"x" * 1000))
    until(lambda: narrow.passed == 200, 5, "all frames counted")
    assert 0 < narrow.dropped < 200
    narrow.close()


def test_a_verdict_over_lost_frames_is_worth_nothing():
    assert Verdict(frames_lost=1).problems


def test_a_link_on_which_the_control_frame_is_not_seen_is_named(lab):
    deaf = lab.plan.wan_links[0]
    detector = lab.detector("deaf")
    detector.start()
    detector.ignore(deaf)
    assert any(f"on {deaf.name}" in problem for problem in detector.stop().problems)


def send(interface, times, frame):
    with FrameSender(interface) as sender:
        for _ in range(times):
            sender.send(frame)


def esp_frame(source, destination, payload=b"\x12\x34\x56\x78" * 8):
    """An ESP frame with a correct IPv4 header."""
    frame = bytearray(udp_frame(source, destination, 1, 1, payload))
    frame[14 + 9] = 50
    return bytes(frame)
