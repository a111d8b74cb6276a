# SPDX-License-Identifier: Apache-2.0
"""A member, or who took it over, floods the key server with GDOI: the meter of its port lets little of it through."""

import contextlib
import threading
import time

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import udp_frame
from getvpn_wan.p4runtime import OtherController
from getvpn_wan.plan import MEMBER_PORT

GDOI = 848
PER_SECOND, BURST = 100, 200  # what the application sets where the configuration says nothing
METER = {MEMBER_PORT: (PER_SECOND, BURST, PER_SECOND, BURST)}
FLOOD_PER_SECOND = 1500
LEAST_SECONDS = 4
MARK = b"flood!!!"


class Flood:
    """Datagrams to the key server from a member's place and address, until the body of the `with` ends."""

    def __init__(self, deployment, site):
        plan = deployment.plan
        self._frame = udp_frame(site.member_address, plan.key_server_addresses[0], GDOI, GDOI, MARK + bytes(56))
        with deployment.run.namespace(plan.member_node(site)).inside():
            self._out = FrameSender(site.member_interface)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="flood", daemon=True)
        self.sent = self.seconds = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()
        self._out.close()

    def _run(self):
        begun = time.monotonic()
        while not self._ended.is_set() or self.seconds < LEAST_SECONDS:
            self.seconds = time.monotonic() - begun
            while self.sent < self.seconds * FLOOD_PER_SECOND:
                with contextlib.suppress(OSError):  # the interface's queue is full
                    self._out.send(self._frame)
                self.sent += 1
            self._ended.wait(0.002)


@pytest.fixture
def key_server_port(plan):
    """Counts the flood where it comes to the key server."""
    what = f"udp dst port {GDOI} and udp[8:4] = {int.from_bytes(MARK[:4], 'big'):#x}"
    seen = PacketSocket(plan.key_server_interface, what, buffer=0)
    yield seen
    seen.close()


def meters(plan, switch):
    with OtherController.of(plan, switch) as other:
        return other.meters()


def test_a_flood_of_gdoi_is_dropped_and_counted_and_the_others_follow_their_key_server(
    deployment, onos, plan, pipelines, key_server_port
):
    site = plan.site(2)
    assert meters(plan, site.switch) == METER
    before = onos.drops(site)["gdoi_limit"]
    attempts = pipelines[3].status()["counters"]["registrationsAttempted"]
    with Flood(deployment, site) as flood:
        fresh = onos.rekey()
        deployment.wait(lambda: onos.sas().get(fresh) == "SENDABLE", 30, f"{fresh} in use")
        for number in (1, 3):
            deployment.wait(
                lambda number=number: fresh in {tek["spi"] for tek in pipelines[number].status()["teks"]},
                20,
                f"{fresh} at member {number}",
            )
    allowed = BURST + PER_SECOND * (flood.seconds + 1)
    assert BURST <= key_server_port.passed <= allowed, f"{flood.sent} were sent in {flood.seconds:.1f} s"
    # a switch in userspace may lose what comes too fast for it before it counts
    expected = (flood.sent - allowed) * 0.8
    deployment.wait(lambda: onos.drops(site)["gdoi_limit"] >= before + expected, 20, f"{expected:.0f} drops counted")
    assert onos.drops(plan.site(1))["gdoi_limit"] == 0, "a site's meter is its own"
    assert pipelines[3].status()["counters"]["registrationsAttempted"] == attempts


def test_a_meter_that_another_controller_reset_comes_back(deployment, onos, plan):
    for site in (plan.site(1), plan.site(2)):
        with OtherController.of(plan, site.switch) as other:
            assert other.meters() == METER
            other.reset_meters(METER)
            deployment.wait(lambda other=other: other.meters() == METER, 30, f"the meter of {site.switch}")
    onos.wait_for_sites()
