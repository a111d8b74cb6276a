# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin: what scenarios ask of a `deployment`, which each folder of scenarios makes in its own way."""

import contextlib

import pytest

from .multicast_data import MulticastReceiver, MulticastStream
from .traffic import FloodPing, Ping, share_lost


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A scenario that fails says where the packets went, not only that they did not arrive."""
    outcome = yield
    report = outcome.get_result()
    lab = item.funcargs.get("deployment") if hasattr(item, "funcargs") else None
    if report.when == "call" and report.failed and lab:
        report.sections.append(("state of the lab", "\n".join(lab.diagnosis())))


def brought_up(lab, seconds):
    """Brings a deployment up while every host already sends, watched by a detector.

    `first_verdict` is what that saw, `first_pings` how the pings went.
    """
    detector = lab.detector("first-contact")
    detector.start()
    pings = [
        Ping(lab.run, one, other, interval=0.05)
        for one, other in (("h1", "10.2.0.10"), ("h2", "10.3.0.10"), ("h3", "10.1.0.10"))
    ]
    try:
        lab.bring_up()
        for ping in pings:
            ping.wait_for_replies(20, seconds)
        lab.first_pings = [ping.stop() for ping in pings]
    finally:
        for ping in pings:
            ping.__exit__()
        lab.first_verdict = detector.stop()
    return lab


@pytest.fixture
def detector(deployment, request):
    """Healthy ground before each scenario, no leak until its end."""
    deployment.settle()
    name = request.node.name.replace("/", "-").replace("[", "-").replace("]", "")
    watching = deployment.detector(name)
    watching.start()
    yield watching
    assert watching.stop().problems == []


@pytest.fixture
def wan(deployment):
    return deployment.wan


@pytest.fixture
def onos(deployment):
    return deployment.onos


@pytest.fixture
def plan(deployment):
    return deployment.plan


@pytest.fixture
def pipelines(deployment):
    return deployment.pipelines


@pytest.fixture
def ping(deployment):
    """ping(1, 2) starts a ping from host 1 to host 2; all are ended with the scenario."""
    running = []

    def start(one, other, interval=0.05, **more):
        site, peer = deployment.plan.site(one), deployment.plan.site(other)
        running.append(Ping(deployment.run, site.host, peer.host_address, interval, **more))
        return running[-1]

    yield start
    for one in running:
        one.__exit__()


@pytest.fixture
def lost_without_event(ping):
    """The control run: what share of packets is lost in two seconds in which nothing happens."""
    running = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for one in running:
        one.wait_for_replies(40, 30)
    return share_lost([one.stop() for one in running])


@pytest.fixture
def tolerated(plan, request):
    """The share of packets that a scenario may lose: none. bmv2 may lose some at any time, so there: no more than without."""
    return request.getfixturevalue("lost_without_event") + 0.02 if plan.bmv2 else 0


@pytest.fixture
def cut(wan, onos):
    """cut(link) takes a link down until the end of the scenario."""
    cut_links = []

    def take_down(link):
        cut_links.append(link)
        wan.set_link(link, "down")

    yield take_down
    for link in cut_links:
        wan.set_link(link, "up")
    onos.wait_for_switches()


@pytest.fixture
def flood(deployment):
    """flood(1, 2) starts a flood ping from host 1 to host 2; all are ended with the scenario."""
    running = []

    def start(one, other):
        site, peer = deployment.plan.site(one), deployment.plan.site(other)
        running.append(FloodPing(deployment.run, site.host, peer.host_address))
        return running[-1]

    yield start
    for one in running:
        one.__exit__()


@pytest.fixture
def ending():
    """What is entered here ends with the scenario."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def receivers(deployment, plan, ending):
    """receivers(group): the host of every site is in it; programs by the site's number."""

    def join(group):
        return {s.number: ending.enter_context(MulticastReceiver.at(deployment, s, group)) for s in plan.sites}

    return join


@pytest.fixture
def stream(deployment, plan, ending):
    """stream(1, group): host 1 sends to it."""
    return lambda number, group: ending.enter_context(MulticastStream.of(deployment, plan.site(number), group))
