# SPDX-License-Identifier: Apache-2.0
"""A member is put out: its port closes at once, the others get keys that it cannot read and lose nothing."""

import time

import pytest
from getvpn_wan.rest import RestError


# others register again within 30 s of an eviction and send with the next key after the activation delay
SECONDS_UNTIL_UNREADABLE = 45


@pytest.fixture
def evicted(deployment, onos, plan):
    """Member 2 of the group, put out; let in again whatever the scenario did."""
    address = plan.site(2).member_address
    yield address
    if address in onos.group()["evicted"]:
        onos.readmit(address)
    deployment.wait_for_members()
    deployment.wait(onos.sites_are_as_desired, 30, "the port open again")


def test_an_evicted_member_is_cut_off_at_once_and_soon_reads_nothing_and_the_others_lose_no_packet(
    deployment, onos, plan, pipelines, ping, tolerated, evicted, ledger, record_property
):
    beside = ping(1, 3)
    to_it, from_it = ping(1, 2), ping(2, 3)
    for running in (beside, to_it, from_it):
        running.wait_for_replies(10, 10)
    old = set(onos.sas())
    moment = time.time()
    assert evicted in onos.evict(evicted)["evicted"]
    deployment.wait(lambda: onos.drops(plan.site(2))["member_evicted"] > 0, 30, "drops at the closed port")
    answers = [len(running.result_so_far().replies) for running in (to_it, from_it)]
    deployment.wait(lambda: not old & set(onos.sas()), 120, "the key that the evicted member holds gone")
    assert [len(running.result_so_far().replies) for running in (to_it, from_it)] == answers
    assert evicted not in onos.members()
    (fresh,) = onos.sas()
    deployment.wait(lambda: fresh in ledger.last_sent, 30, "traffic under the next key")
    readable = max(ledger.last_sent[spi] for spi in old) - moment
    record_property("seconds_until_unreadable", round(readable, 1))
    assert 0 < readable < SECONDS_UNTIL_UNREADABLE
    for number in (1, 3):
        assert any(tek["spi"] == fresh for tek in pipelines[number].status()["teks"])
    assert all(tek["spi"] != fresh for tek in pipelines[2].status()["teks"])
    beside.wait_for_replies(20, 10)
    assert beside.stop().share_lost <= tolerated


def test_a_readmitted_member_comes_back_by_itself(deployment, onos, plan, ping, evicted):
    onos.shell(f"getvpn:member-evict {plan.group} {evicted}")
    assert onos.group()["evicted"] == [evicted]
    assert f"evicted: {evicted}" in onos.shell("getvpn:groups")
    deployment.wait(lambda: onos.drops(plan.site(2))["member_evicted"] > 0, 60, "drops at the closed port")
    onos.shell(f"getvpn:member-readmit {plan.group} {evicted}")
    assert onos.group()["evicted"] == []
    deployment.wait_for_members()
    ping(1, 2).wait_for_replies(20, 60)


def test_a_member_that_is_not_evicted_cannot_be_readmitted(onos, plan):
    with pytest.raises(RestError) as refusal:
        onos.readmit(plan.site(1).member_address)
    assert refusal.value.status == 400
    assert "is not evicted" in str(refusal.value)
