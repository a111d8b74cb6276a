# SPDX-License-Identifier: Apache-2.0
"""Group members at P4 switches (sites 1 and 2, see conftest; site 3 on Open vSwitch), under one policy."""

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import esp_frame
from getvpn_wan.p4runtime import OtherController
from getvpn_wan.plan import MEMBER_PORT
from getvpn_wan.traffic import ping_all

FRAMES = 20


def lost(running):
    """The share of packets that pings lost."""
    results = [one.stop() for one in running]
    return sum(result.lost for result in results) / sum(result.sent for result in results)


class AtTheMember:
    """ESP of an SPI that reached the member of site 1: frames at its port, or what the member inside a switch did."""

    def __init__(self, deployment, spi):
        site = deployment.plan.site(1)
        self._pipeline = deployment.pipelines[1] if site.switch in deployment.plan.software else None
        self._port = None
        if self._pipeline:
            self._before = self._dropped()
        else:
            what = f"ip proto 50 and ip[20:4] = {spi:#x}"
            self._port = PacketSocket(f"{site.switch}-eth{MEMBER_PORT}", what, buffer=0)

    @property
    def frames(self):
        return self._dropped() - self._before if self._pipeline else self._port.passed

    def _dropped(self):
        """What is injected is no ESP that anybody encrypted: the member drops it, for one reason or another."""
        drops = self._pipeline.status()["drops"]
        return sum(drops[reason] for reason in ("UNKNOWN_SPI", "RUNT_ESP", "ICV_MISMATCH"))

    def close(self):
        if self._port:
            self._port.close()


def inject(deployment, spi):
    """ESP for host 1, put on a cable of the core towards switch s1; returns how much came to the member."""
    plan = deployment.plan
    link = next(link for link in plan.site_links if link.a == "s1")
    frame = esp_frame(plan.site(2).host_address, plan.site(1).host_address, spi)
    seen = AtTheMember(deployment, spi)
    with FrameSender(link.interface_b) as sender:
        for _ in range(FRAMES):
            sender.send(frame)
    return seen


def test_every_host_reaches_every_other_encrypted(deployment, plan, detector, lost_without_event):
    results = ping_all(deployment.run, plan, count=40, interval=0.05)
    share = sum(result.lost for result in results.values()) / sum(result.sent for result in results.values())
    assert share <= lost_without_event + 0.02
    assert detector.esp_frames >= 2 * 2 * sum(len(result.replies) for result in results.values())


def test_no_clear_text_left_a_site_from_the_first_frame_on(deployment):
    verdict = deployment.first_verdict
    assert verdict.problems == []
    assert verdict.esp_frames > 0
    assert verdict.addresses_preserved


def test_what_no_line_lets_out_is_dropped_and_counted(deployment, onos, plan):
    site = plan.site(1)
    before = onos.drops(site)["no_policy"]
    deployment.wan.run("h1", "ping", "-c", "5", "-i", "0.1", "-W", "1", "192.0.2.1", check=False)
    deployment.wait(lambda: onos.drops(site)["no_policy"] >= before + 5, 20, "five drops without a line")


def test_an_unknown_spi_is_dropped_and_counted(deployment, onos, plan):
    site = plan.site(1)
    before = onos.drops(site)["unknown_spi"]
    seen = inject(deployment, 0xDEADBEEF)
    deployment.wait(lambda: onos.drops(site)["unknown_spi"] >= before + FRAMES, 20, "the unknown SPI counted")
    assert seen.frames == 0
    seen.close()


def test_an_spi_reaches_the_member_while_its_key_lives_and_not_a_moment_longer(
    deployment, onos, plan, ping, lost_without_event
):
    site = plan.site(1)
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    (old,) = onos.sas()
    seen = inject(deployment, int(old, 16))
    deployment.wait(lambda: seen.frames >= FRAMES, 10, "ESP with a live SPI at the member port")
    seen.close()
    entries = rules(onos, "s1")
    fresh = onos.rekey()
    deployment.wait(lambda: onos.sas().get(fresh) == "SENDABLE", 60, f"{fresh} in use")
    deployment.wait(lambda: set(onos.sas()) == {fresh}, 60, f"{old} gone")
    onos.wait_for_sites()
    assert len(rules(onos, "s1")) == len(entries), "one entry came, one went"
    assert len(rules(onos, "s1") - entries) == 1
    before = onos.drops(site)["unknown_spi"]
    seen = inject(deployment, int(old, 16))
    deployment.wait(lambda: onos.drops(site)["unknown_spi"] >= before + FRAMES, 20, "the removed SPI counted")
    assert seen.frames == 0
    seen.close()
    assert lost(running) <= lost_without_event + 0.02


def rules(onos, switch):
    """Identities of the entries that ONOS read back from a switch."""
    return {flow["id"] for flow in onos.rest.get(f"v1/flows/device:{switch}")["flows"] if flow["state"] == "ADDED"}


@pytest.mark.parametrize("switch", ["s1", "s2"])
def test_all_entries_deleted_behind_the_controllers_back_come_back(deployment, onos, plan, ping, switch):
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    with OtherController.of(plan, switch) as other:
        before = sorted(other.entries())
        assert len(before) > 20
        other.delete(before)
        deployment.wait(lambda: len(other.entries()) == len(before), 60, f"as many entries on {switch} again")
    onos.wait_for_sites()
    for one in running:
        one.wait_for_replies(10, 30)


def test_a_switch_that_restarts_is_programmed_anew(deployment, onos, plan, ping):
    running = [ping(1, 2), ping(2, 3)]
    with OtherController.of(plan, "s1") as other:
        meters = other.meters()
    assert meters
    switch = deployment.wan.node("s1")
    switch.kill()
    deployment.let_traffic_flow(2)
    switch.start([])
    for one in running:
        one.wait_for_replies(10, 90)
    onos.wait_for_sites()
    with OtherController.of(plan, "s1") as other:
        assert other.meters() == meters


def test_an_evicted_member_is_cut_off_at_once(deployment, onos, plan, ping):
    """A member on a P4 switch; both directions of its port are closed, the others go on."""
    address = plan.site(2).member_address
    beside, to_it = ping(1, 3), ping(1, 2)
    for one in (beside, to_it):
        one.wait_for_replies(10, 20)
    onos.evict(address)
    try:
        deployment.wait(lambda: onos.drops(plan.site(2))["member_evicted"] > 0, 20, "drops at the closed port")
        answers = len(to_it.result_so_far().replies)
        beside.wait_for_replies(40, 20)
        assert len(to_it.result_so_far().replies) == answers
    finally:
        onos.readmit(address)
    deployment.wait_for_members()
    to_it.wait_for_replies(10, 60)


def test_a_controller_that_dies_and_comes_back_opens_no_site(deployment, onos, plan, ping):
    """The switches go on by themselves; the controller that comes back programs them anew."""
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    onos.kill()
    for one in running:
        one.wait_for_replies(20, 20)
    onos.start()
    onos.wait_for_switches(120)
    onos.wait_for_sites(120)
    deployment.wait_for_members()
    for one in running:
        one.wait_for_replies(20, 60)
