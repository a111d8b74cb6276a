# SPDX-License-Identifier: Apache-2.0
"""One WAN with P4 switches at two sites and Open vSwitch at the third, for all scenarios of P4; for each kind of them."""

import os

import pytest
from getvpn_wan import ipv6, multicast_data, p4_switches
from getvpn_wan.deployment import Deployment
from getvpn_wan.plan import KEY_SERVER_NODE, Plan
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.scenario import brought_up

# costs another start of ONOS; tests of everybody are kept short (docs/p4.md)
_LONG = "test_a_controller_that_dies_and_comes_back_opens_no_site[software]"


def pytest_collection_modifyitems(config, items):
    """What is not there is said, and never counts as passed."""
    if "GETVPN_P4_WHOLE" not in os.environ:
        long = [item for item in items if item.name == _LONG]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    for item in items:
        if item.path.parent.name != "p4":
            continue
        missing = p4_switches.missing(item.callspec.params["deployment"])
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"missing: {missing}"))


@pytest.fixture(scope="session", params=p4_switches.KINDS)
def deployment(request):
    run = RunDirectory()
    # the WAN before had other secrets and other switches
    run.forget(KEY_SERVER_NODE, "ks-state")
    plan = Plan(
        **p4_switches.in_plan(request.param),
        bypass=(ipv6.TIME_SERVICE,),
        ipv6=True,
        data_groups=multicast_data.PREFIXES,
    )
    with Deployment(plan, run) as lab:
        yield brought_up(lab, 60)


@pytest.fixture(autouse=True)
def watched(detector):
    """Every scenario is, whether it asks for the detector or not."""
    return detector
