# SPDX-License-Identifier: Apache-2.0
"""Time-based anti-replay: a key server alone and two gateways; packets are captured on the WAN and played back."""

import os
import re
import time

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.segment import Segment
from getvpn_wan.traffic import Ping
from getvpn_wan.wait import for_seconds, until

WINDOW = 2  # seconds, the narrowest that can be configured
WAN_OF_SITE_2 = "to-gm2"  # the bridge's port; what is sent there reaches the gateway of site 2
COPIES = 5


@pytest.fixture(scope="module")
def segment(tmp_path_factory):
    run = RunDirectory(tmp_path_factory.mktemp("replay"), f"getvpnreplay{os.getpid()}")
    with Segment(run, replay={"mode": "time", "window": WINDOW, "clock": "pseudotime"}) as segment:
        segment.key_server.start()
        for gateway in segment.gateways.values():
            gateway.start()
        with Ping(run, "h1", segment.plan.site(2).host_address) as first:
            first.wait_for_replies(10, 90)
        yield segment


@pytest.fixture(autouse=True)
def detector(segment, request):
    watching = segment.detector(request.node.name)
    watching.start()
    yield watching
    assert watching.stop().problems == []


@pytest.fixture
def ping(segment):
    with Ping(segment.run, "h1", segment.plan.site(2).host_address) as running:
        yield running


def pseudotime(gateway):
    """Seconds of the group's pseudotime, and when they were read."""
    answer = gateway.status()["replay"]
    now = re.fullmatch(rf"time within {WINDOW}\.0 s by pseudotime, now (\d+\.\d+) s", answer)
    assert now, answer
    return float(now[1]), time.monotonic()


def line(gateway):
    """Where the pseudotime's line meets the host's clock: the same for all who agree on the time."""
    return min(reading(gateway) for _ in range(5))[1]


def reading(gateway):
    """How long the question took, and the line as of its middle."""
    asked = time.monotonic()
    seconds, answered = pseudotime(gateway)
    return answered - asked, seconds - (asked + answered) / 2


def captured_esp(segment):
    """One ESP frame on its way to site 2, just sent."""
    site = segment.plan.site(2)
    expression = f"ip proto 50 and dst host {site.host_address}"
    socket = PacketSocket(WAN_OF_SITE_2, expression)
    try:
        with Ping(segment.run, "h1", site.host_address, count=1) as one:
            one.finish()
        frames = [frame for frame, _ in socket.read()]
    finally:
        socket.close()
    assert frames, "no ESP on the link"
    return frames[0]


def play_back(frame, copies):
    with FrameSender(WAN_OF_SITE_2) as sender:
        for _ in range(copies):
            sender.send(frame)


def decrypted(gateway):
    return gateway.status()["counters"]["packetsDecrypted"]


def dropped(gateway, reason):
    return gateway.status()["drops"][reason]


def test_both_gateways_have_the_same_time_and_traffic_flows(segment, detector, ping):
    ping.wait_for_replies(20, 10)
    one, two = (line(gateway) for gateway in segment.gateways.values())
    assert abs(one - two) < 0.5
    assert detector.esp_frames > 0
    for gateway in segment.gateways.values():
        late = {reason: count for reason, count in gateway.status()["drops"].items() if "TIME" in reason and count}
        assert late == {}


def test_within_the_window_a_packet_played_back_is_as_good_as_new(segment):
    receiver = segment.gateways[2]
    frame = captured_esp(segment)
    before, old = decrypted(receiver), dropped(receiver, "TIME_OLD")
    play_back(frame, COPIES)
    until(lambda: decrypted(receiver) >= before + COPIES, 5, "the copies to be decrypted")
    assert dropped(receiver, "TIME_OLD") == old


def test_behind_the_window_each_copy_is_dropped_as_old_and_the_log_has_both_times(segment):
    receiver = segment.gateways[2]
    frame = captured_esp(segment)
    for_seconds(WINDOW + 1)
    before, old = decrypted(receiver), dropped(receiver, "TIME_OLD")
    play_back(frame, COPIES)
    until(lambda: dropped(receiver, "TIME_OLD") == old + COPIES, 5, "the copies to be dropped")
    assert decrypted(receiver) == before
    said = re.compile(
        r"stage=TIMEBASED_REPLAY_FAILED packets=\d+ my_pseudotime=(\d+\.\d+) peer_pseudotime=(\d+\.\d+)"
        r" replay_window=2\.000"
    )
    until(lambda: said.search(receiver.log.read_text(encoding="utf-8")), 10, "the reason in the log")
    mine, peers = (float(each) for each in said.search(receiver.log.read_text(encoding="utf-8")).groups())
    assert WINDOW < mine - peers < WINDOW + 10


def test_a_key_server_that_was_killed_goes_on_with_the_same_line(segment, ping):
    ping.wait_for_replies(10, 10)
    before = line(segment.gateways[2])
    keys = [tek["spi"] for tek in segment.gateways[2].status()["teks"]]
    frame = captured_esp(segment)
    segment.key_server.kill()
    segment.key_server.start()
    segment.gateways[1].kill()
    killed = time.time()
    until(lambda: ping.result_so_far().recovered_at(killed), 60, "answers again")
    # a member refuses a registration that leaves it wrong by more than half of what receivers tolerate; a key server just
    # started is slow enough to need most of that, and the next rekey corrects it
    assert abs(line(segment.gateways[1]) - before) < WINDOW / 2 + 0.1, "the one that registered again"
    assert abs(line(segment.gateways[2]) - before) < WINDOW / 2 + 0.1, "the one that did not"
    assert [tek["spi"] for tek in segment.gateways[1].status()["teks"]] == keys
    old = dropped(segment.gateways[2], "TIME_OLD")
    play_back(frame, COPIES)
    until(lambda: dropped(segment.gateways[2], "TIME_OLD") >= old + COPIES, 5, "old packets to stay old")
