# SPDX-License-Identifier: Apache-2.0
"""The controller ends, dies, comes back: members do not notice, switches keep their guards."""


def unharmed_by_a_start(result, plan, tolerated):
    """P4 switches are programmed anew, sites at them are closed in between (docs/p4.md, Limits)."""
    return plan.p4 or result.share_lost <= tolerated


def seen_by_members(pipelines):
    """The keys that members hold, and how often each registered."""
    answer = {}
    for number, pipeline in pipelines.items():
        status = pipeline.status()
        spis = tuple(sorted(tek["spi"] for tek in status["teks"]))
        answer[number] = (spis, status["counters"].get("registrations"), pipeline.starts)
    return answer


def test_while_onos_restarts_no_packet_is_lost_and_a_site_that_lost_its_pipeline_stays_closed(
    deployment, onos, plan, pipelines, ping, tolerated
):
    """That all sites lose nothing over a start too is what the scenario with `kill -9` shows."""
    before, beside = [ping(1, 2), ping(3, 1)], ping(2, 3)
    for running in (*before, beside):
        running.wait_for_replies(5, 20)  # hosts have met their gateways, whom ONOS answers for
    keys, members = onos.sas(), seen_by_members(pipelines)
    onos.stop()
    deployment.let_traffic_flow(3)
    for running in before:
        running.wait_for_replies(20, 10)
        assert running.stop().share_lost <= tolerated, "members with keys go on without a key server"
    pipelines[1].kill()
    closed = ping(1, 2)
    deployment.let_traffic_flow(5)
    assert not closed.result_so_far().replies
    onos.start()
    onos.wait_for_switches()
    onos.wait_for_sites()
    beside.wait_for_replies(20, 10)
    assert unharmed_by_a_start(beside.stop(), plan, tolerated)
    assert onos.sas() == keys
    after = seen_by_members(pipelines)
    assert {number: after[number] for number in (2, 3)} == {number: members[number] for number in (2, 3)}
    closed.wait_for_replies(20, 120)


def test_after_kill_9_the_key_server_has_the_same_groups_keys_members_and_sequence(
    deployment, onos, plan, pipelines, ping, tolerated, ledger
):
    """Nor does it give a member numbers that another had before: all register again, and no IV comes twice."""
    spi = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {spi}, 60, "one key, the new one")
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    keys, kek = onos.sas(), onos.sas("KEK")
    known, group = set(onos.members()), onos.group()
    members = seen_by_members(pipelines)
    onos.kill()
    onos.start()
    onos.wait_for_switches()
    onos.wait_for_sites()
    assert onos.sas() == keys
    assert onos.sas("KEK") == kek
    assert set(onos.members()) == known
    assert onos.group()["rekeySequence"] >= group["rekeySequence"]
    assert seen_by_members(pipelines) == members
    for running in pings:
        running.wait_for_replies(20, 10)
        assert unharmed_by_a_start(running.stop(), plan, tolerated)
    again = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for pipeline in pipelines.values():
        pipeline.kill()
    deployment.wait_for_members()
    for running in again:
        running.wait_for_replies(10, 60)
    assert onos.sas() == keys
    assert spi in ledger.last_sent
    newer = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {newer}, 60, "a rekey after the restart")
    deployment.wait(
        lambda: all({tek["spi"] for tek in p.status()["teks"]} == {newer} for p in pipelines.values()),
        30,
        "the members to follow",
    )
