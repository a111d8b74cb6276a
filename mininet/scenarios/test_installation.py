# SPDX-License-Identifier: Apache-2.0
"""The .oar in an ONOS that came without it, installed as its users would: through REST."""

import pytest
from getvpn_wan.onos import APPLICATION, StockOnos
from getvpn_wan.rest import RestError


@pytest.fixture(scope="module")
def stock(deployment):
    with StockOnos(deployment.plan, deployment.run) as onos:
        yield onos


def test_the_archive_installs_activates_and_answers(stock, deployment):
    names = {application["name"] for application in stock.rest.get("v1/applications")["applications"]}
    assert APPLICATION not in names, "this ONOS must come without the application"
    stock.install_archive()
    deployment.wait(lambda: answers(stock), 60, "the application's REST")
    state = stock.rest.get(f"v1/applications/{APPLICATION}")["state"]
    assert state == "ACTIVE"


def test_the_application_goes_without_a_trace_when_it_is_removed(stock, deployment):
    stock.rest.delete(f"v1/applications/{APPLICATION}")
    deployment.wait(lambda: not answers(stock), 60, "REST of the application gone")


def answers(onos):
    try:
        return bool(onos.status())
    except RestError as error:
        if error.status in (404, 500, 503):
            return False
        raise
