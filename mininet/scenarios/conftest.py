# SPDX-License-Identifier: Apache-2.0
"""One WAN with ONOS for all scenarios; a leak detector around each of them, from first to last second.

All switches are Open vSwitch, or those of sites 1 and 2 P4 switches of the kind that GETVPN_SWITCHES names (docs/p4.md).
"""

import os

import pytest
from getvpn_wan import ipv6, multicast_data, p4_switches
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

_SWITCHES = os.environ.get("GETVPN_SWITCHES")
_NO_SWITCH = "gateways on an Ethernet segment, no switch"
# what says nothing about P4 switches, by file or scenario
_NOT_WITH_P4 = {
    "test_installation.py": "an ONOS without switches",
    "test_replay.py": _NO_SWITCH,
    "test_without_onos.py": _NO_SWITCH,
}


def pytest_configure():
    if _SWITCHES and _SWITCHES not in p4_switches.KINDS:
        raise pytest.UsageError(f"GETVPN_SWITCHES={_SWITCHES}: there are {', '.join(p4_switches.KINDS)}")


def pytest_collection_modifyitems(config, items):
    """What is not there is said, and so is what is left out on P4 switches."""
    if not _SWITCHES:
        return
    ours = [item for item in items if item.path.parent.name == "scenarios"]
    left_out = [item for item in ours if _reason_without(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    missing = p4_switches.missing(_SWITCHES)
    for item in ours:
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"missing: {missing}"))


def _reason_without(item):
    return _NOT_WITH_P4.get(item.path.name) or _NOT_WITH_P4.get(item.originalname)


def pytest_terminal_summary(terminalreporter):
    if _SWITCHES:
        terminalreporter.section(f"left out with GETVPN_SWITCHES={_SWITCHES}")
        for name, reason in _NOT_WITH_P4.items():
            terminalreporter.line(f"{name}: {reason}")


@pytest.fixture(scope="session")
def deployment():
    """The WAN, brought up while every host already sends."""
    plan = Plan(
        **p4_switches.in_plan(_SWITCHES),
        bypass=(TIME_SERVICE, ipv6.TIME_SERVICE),
        ipv6=True,
        data_groups=multicast_data.PREFIXES,
    )
    with Deployment(plan, RunDirectory()) as lab:
        yield brought_up(lab, 60 if plan.p4 else 20)


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
