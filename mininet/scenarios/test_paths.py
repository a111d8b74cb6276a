# SPDX-License-Identifier: Apache-2.0
"""The redundant core: links fail, traffic takes the other way, still encrypted."""

import time

import pytest


@pytest.mark.parametrize("number", [0, 1], ids=["first uplink", "second uplink"])
def test_a_site_survives_the_loss_of_one_uplink(deployment, plan, cut, ping, number):
    pings = [ping(1, 2), ping(1, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    cut(plan.site_links[number])
    moment = time.time()
    for running in pings:
        deployment.wait(
            lambda running=running: running.result_so_far().recovered_at(moment), 20, "traffic after the cut"
        )


def test_the_core_survives_the_loss_of_a_ring_link(deployment, plan, cut, ping):
    pings = [ping(1, 2), ping(1, 3), ping(3, 2)]
    for running in pings:
        running.wait_for_replies(20, 10)
    cut(plan.core_links[1])
    moment = time.time()
    for running in pings:
        deployment.wait(
            lambda running=running: running.result_so_far().recovered_at(moment), 20, "traffic after the cut"
        )
