# SPDX-License-Identifier: Apache-2.0
"""One WAN with P4 switches at two sites and Open vSwitch at the third, for all scenarios of P4; three times.

`software`: both are our software switch, which is there wherever we are. `bmv2`: both are bmv2.
`mixed`: one of each, so that the group has three kinds of switches.
"""

import os

import pytest
from getvpn_wan import bmv2, ipv6, p4runtime
from getvpn_wan.deployment import Deployment
from getvpn_wan.plan import KEY_SERVER_NODE, Plan
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.scenario import brought_up

# costs another start of ONOS; tests of everybody are kept short (docs/p4.md)
_LONG = "test_a_controller_that_dies_and_comes_back_opens_no_site[software]"
_SOFTWARE = {"software": ("s1", "s2"), "bmv2": (), "mixed": ("s2",)}


def pytest_collection_modifyitems(config, items):
    """What is not there is said, and never counts as passed."""
    if "GETVPN_P4_WHOLE" not in os.environ:
        long = [item for item in items if item.name == _LONG]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    for item in items:
        if item.path.parent.name != "p4":
            continue
        missing = []
        if item.callspec.params["deployment"] != "software" and not bmv2.program():
            missing.append("simple_switch_grpc of bmv2, on the PATH or named by GETVPN_BMV2 (docs/p4.md)")
        if not p4runtime.available():
            missing.append("gRPC for Python (apt-get install python3-grpcio)")
        if missing:
            item.add_marker(pytest.mark.skip(reason="missing: " + ", ".join(missing)))


@pytest.fixture(scope="session", params=list(_SOFTWARE))
def deployment(request):
    software = _SOFTWARE[request.param]
    run = RunDirectory()
    # the WAN before had other secrets and other switches
    run.forget(KEY_SERVER_NODE, "ks-state")
    with Deployment(Plan(p4=("s1", "s2"), software=software, bypass=(ipv6.TIME_SERVICE,), ipv6=True), run) as lab:
        yield brought_up(lab, 60)


@pytest.fixture(autouse=True)
def watched(detector):
    """Every scenario is, whether it asks for the detector or not."""
    return detector


@pytest.fixture
def lost_without_event(ping):
    """The control run: what share of packets is lost in two seconds in which nothing happens."""
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for one in running:
        one.wait_for_replies(40, 30)
    results = [one.stop() for one in running]
    return sum(result.lost for result in results) / sum(result.sent for result in results)
