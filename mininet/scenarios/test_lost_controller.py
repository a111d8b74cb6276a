# SPDX-License-Identifier: Apache-2.0
"""A switch that its controller lost forwards on, and so does every other one towards it."""

import pytest


@pytest.fixture
def lost(deployment, wan, onos, plan):
    """The switch of site 3, which ONOS does not see until the end of the scenario."""
    switch = plan.site(3).switch
    wan.disconnect_controller(switch)
    deployment.wait(lambda: not onos.sees(switch), 30, "ONOS to notice")
    yield switch
    wan.connect_controller(switch)
    onos.wait_for_switches()
    onos.wait_for_sites()


def test_a_site_whose_switch_lost_its_controller_loses_no_packet(deployment, onos, ping, tolerated, request):
    pings = [ping(1, 3), ping(3, 2)]
    for running in pings:
        running.wait_for_replies(10, 10)
    switch = request.getfixturevalue("lost")
    deployment.let_traffic_flow(5)
    assert not onos.sees(switch)
    for running in pings:
        assert running.stop().share_lost <= tolerated
