# SPDX-License-Identifier: Apache-2.0
"""One WAN of which two sites hang on bmv2 and one on Open vSwitch, for all scenarios of P4."""

import pytest
from getvpn_wan import bmv2, p4runtime
from getvpn_wan.deployment import Deployment
from getvpn_wan.plan import Plan
from getvpn_wan.run_directory import RunDirectory
from getvpn_wan.traffic import Ping


def pytest_collection_modifyitems(items):
    """What is not there is said, and never counts as passed."""
    missing = []
    if not bmv2.program():
        missing.append("simple_switch_grpc of bmv2, on the PATH or named by GETVPN_BMV2 (docs/p4.md)")
    if not p4runtime.available():
        missing.append("gRPC for Python (apt-get install python3-grpcio)")
    if missing:
        for item in items:
            if item.path.parent.name == "p4":
                item.add_marker(pytest.mark.skip(reason="missing: " + ", ".join(missing)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A scenario that fails says where the packets went."""
    outcome = yield
    report = outcome.get_result()
    lab = item.funcargs.get("deployment") if hasattr(item, "funcargs") else None
    if report.when == "call" and report.failed and lab:
        report.sections.append(("state of the lab", "\n".join(lab.diagnosis())))


@pytest.fixture(scope="session")
def deployment():
    lab = Deployment(Plan(p4=("s1", "s2")), RunDirectory())
    with lab:
        detector = lab.detector("p4-first-contact")
        detector.start()
        pings = [
            Ping(lab.run, one, other, interval=0.05)
            for one, other in (("h1", "10.2.0.10"), ("h2", "10.3.0.10"), ("h3", "10.1.0.10"))
        ]
        try:
            lab.bring_up()
            for ping in pings:
                ping.wait_for_replies(20, 60)
        finally:
            for ping in pings:
                ping.__exit__()
            lab.first_verdict = detector.stop()
        yield lab


@pytest.fixture(autouse=True)
def detector(deployment, request):
    """Healthy ground before each scenario, no leak until its end."""
    deployment.settle()
    watching = deployment.detector("p4-" + request.node.name.replace("[", "-").replace("]", ""))
    watching.start()
    yield watching
    assert watching.stop().problems == []


@pytest.fixture
def onos(deployment):
    return deployment.onos


@pytest.fixture
def plan(deployment):
    return deployment.plan


@pytest.fixture
def ping(deployment):
    """ping(1, 2) starts a ping from host 1 to host 2; all are ended with the scenario."""
    running = []

    def start(one, other, interval=0.05):
        site, peer = deployment.plan.site(one), deployment.plan.site(other)
        running.append(Ping(deployment.run, site.host, peer.host_address, interval))
        return running[-1]

    yield start
    for one in running:
        one.__exit__()


@pytest.fixture
def lost_without_event(deployment, plan, ping):
    """The control run: what share of packets bmv2 loses in two seconds in which nothing happens."""
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for one in running:
        one.wait_for_replies(40, 30)
    results = [one.stop() for one in running]
    return sum(result.lost for result in results) / sum(result.sent for result in results)
