# SPDX-License-Identifier: Apache-2.0
"""Rules that vanish from a switch come back, and nothing leaks in between."""

import pytest


@pytest.fixture
def traffic(ping):
    return [ping(1, 2), ping(2, 3), ping(3, 1)]


def healed(deployment, switch, before):
    deployment.wait(lambda: deployment.rules(switch) == before, 60, f"the same rules on {switch}")


@pytest.mark.parametrize("switch", ["s1", "c2"])
def test_all_rules_deleted_come_back(deployment, traffic, switch):
    before = deployment.rules(switch)
    assert before
    deployment.delete_rules(switch)
    healed(deployment, switch, before)
    for running in traffic:
        running.wait_for_replies(10, 20)


def test_all_rules_of_all_switches_deleted_at_once_come_back(deployment, plan, traffic):
    before = {switch: deployment.rules(switch) for switch in plan.switches}
    for switch in plan.switches:
        deployment.delete_rules(switch)
    for switch in plan.switches:
        healed(deployment, switch, before[switch])
    for running in traffic:
        running.wait_for_replies(10, 20)


def test_each_rule_deleted_singly_comes_back(deployment, traffic):
    before = deployment.rules("s1")
    for rule in before:
        deployment.delete_rules("s1", [rule])
        healed(deployment, "s1", before)
    for running in traffic:
        running.wait_for_replies(10, 20)


def test_a_deactivated_application_leaves_the_sites_closed(deployment, onos, traffic):
    onos.deactivate()
    deployment.let_traffic_flow(5)
    onos.activate()
    deployment.wait(lambda: onos.status() is not None, 60, "the application again")
    onos.wait_for_sites()
    for running in traffic:
        running.wait_for_replies(10, 90)
