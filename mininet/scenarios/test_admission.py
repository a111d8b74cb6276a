# SPDX-License-Identifier: Apache-2.0
"""Who may not join: a wrong pre-shared key, a member that the group does not list, a dead key server."""

import pytest
from getvpn_wan.pipeline import Pipeline


@pytest.fixture
def site_1_outside(deployment, pipelines):
    """Site 1 without its pipeline; afterwards as it was."""
    pipelines[1].stop()
    yield deployment.plan.site(1)
    pipelines[1].stop()
    deployment.secrets.restore(deployment.plan.site(1))
    deployment.onos.configure()
    pipelines[1].start()
    deployment.wait_for_members()


def text_after(path, offset):
    with open(path, encoding="utf-8", errors="replace") as file:
        file.seek(offset)
        return file.read()


def test_a_wrong_pre_shared_key_is_named_by_both_sides_and_lets_nobody_in(
    deployment, onos, pipelines, site_1_outside, ping
):
    deployment.secrets.write_wrong(site_1_outside)
    offsets = onos.log.stat().st_size, pipelines[1].log.stat().st_size
    pipelines[1].start()
    for log, offset in zip((onos.log, pipelines[1].log), offsets):
        deployment.wait(
            lambda log=log, offset=offset: "pre-shared key probably differs" in text_after(log, offset),
            60,
            f"the reason in {log}",
        )
    outside = ping(1, 2)
    deployment.let_traffic_flow(2)
    assert not outside.stop().replies
    assert not pipelines[1].is_registered()


def test_a_member_that_the_group_does_not_list_is_refused(deployment, onos, plan, site_1_outside, ping):
    others = [address for address in plan.members if address != site_1_outside.member_address]

    def add_a_group_without_site_1(vpn):
        vpn["groups"].append({**vpn["groups"][0], "name": "green", "id": 4321, "members": others})

    refusals = onos.key_server()["refusals"]
    onos.configure(change=add_a_group_without_site_1)
    pipeline = Pipeline(plan, deployment.run, site_1_outside, group=4321)
    pipeline.start()
    try:
        deployment.wait(lambda: onos.key_server()["refusals"] > refusals, 60, "a refusal")
        outside = ping(1, 2)
        deployment.let_traffic_flow(2)
        assert not outside.stop().replies
        assert not pipeline.is_registered()
    finally:
        pipeline.stop()


def test_a_member_goes_on_to_the_second_key_server_address_when_the_first_is_dead(
    deployment, plan, pipelines, site_1_outside, ping
):
    second = plan.key_server_addresses[1]
    pipeline = Pipeline(plan, deployment.run, site_1_outside, [plan.nobodys_address, second])
    pipeline.start()
    try:
        pipeline.wait_until_registered(120)
        assert second in pipeline.status()["keyServer"]
        ping(1, 2).wait_for_replies(10, 20)
    finally:
        pipeline.stop()
