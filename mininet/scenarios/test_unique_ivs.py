# SPDX-License-Identifier: Apache-2.0
"""No IV is used twice under a key, whatever restarts: pipelines, ONOS with the key server in it, or both."""

import pytest
from getvpn_wan.iv_ledger import IvLedger


@pytest.fixture
def ledger(deployment):
    """Every IV from the first to the last second of a scenario."""
    watching = IvLedger(deployment.plan)
    watching.start()
    yield watching
    assert watching.stop() == []
    assert watching.packets > 0


def test_no_iv_repeats_over_restarts_of_pipelines_and_key_server(deployment, onos, pipelines, ping, ledger):
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    for _ in range(3):
        for pipeline in pipelines.values():
            pipeline.kill()
        deployment.wait_for_members()
        for running in pings:
            running.wait_for_replies(10, 60)
    onos.kill()
    onos.start()
    onos.wait_for_switches()
    onos.wait_for_sites()
    for pipeline in pipelines.values():
        pipeline.kill()
    deployment.wait_for_members()
    for running in pings:
        running.wait_for_replies(10, 60)
    assert ledger.packets > 100
