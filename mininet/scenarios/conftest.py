# SPDX-License-Identifier: Apache-2.0
"""One WAN with ONOS for all scenarios; a leak detector around each of them, from first to last second."""

import pytest
from getvpn_wan import ipv6
from getvpn_wan.deployment import Deployment
from getvpn_wan.iv_ledger import IvLedger
from getvpn_wan.plan import Plan
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.scenario import brought_up

TIME_SERVICE = {
    "action": "BYPASS",
    "source": "10.1.0.0/16",
    "destination": "10.2.0.0/16",
    "protocol": "udp",
    "destinationPort": 123,
}


@pytest.fixture(scope="session")
def deployment():
    """The WAN, brought up while every host already sends."""
    with Deployment(Plan(bypass=(TIME_SERVICE, ipv6.TIME_SERVICE), ipv6=True), RunDirectory()) as lab:
        yield brought_up(lab, 20)


@pytest.fixture(autouse=True)
def watched(detector):
    """Every scenario is, whether it asks for the detector or not."""
    return detector


@pytest.fixture
def ledger(deployment):
    """Every IV from the first to the last second of a scenario: none came twice under a key."""
    watching = IvLedger(deployment.plan)
    watching.start()
    yield watching
    assert watching.stop() == []
    assert watching.packets > 0
