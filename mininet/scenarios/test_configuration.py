# SPDX-License-Identifier: Apache-2.0
"""A broken network configuration is refused with field, value and remedy; the old one stays in force."""

import pytest
from getvpn_wan.rest import RestError


def without(*path):
    def change(vpn):
        *parents, last = path
        for key in parents:
            vpn = vpn[key]
        del vpn[last]

    return change


def put(value, *path):
    def change(vpn):
        *parents, last = path
        for key in parents:
            vpn = vpn[key]
        vpn[last] = value

    return change


BROKEN = {
    "missing field": (without("sites", 0, "device"), ["device"]),
    "overlapping prefixes": (put(["10.2.0.0/16"], "sites", 0, "prefixes"), ["prefixes", "10.2.0.0/16"]),
    "unknown device": (put("of:00000000000000ff", "sites", 0, "device"), ["device", "of:00000000000000ff"]),
    "member port is a WAN port": (put(3, "sites", 0, "memberPort"), ["memberPort", "3"]),
    "unknown group": (put("green", "sites", 0, "group"), ["group", "green"]),
    "unknown transform": (put("rot13", "groups", 0, "transform"), ["transform", "rot13"]),
    "selector that nobody can reach": (
        lambda vpn: vpn["groups"][0]["policy"].append(
            {"action": "BYPASS", "source": "10.1.0.0/16", "destination": "10.2.0.0/16"}
        ),
        ["policy"],
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_configuration_is_refused_and_the_old_one_stays_in_force(onos, ping, tolerated, fault):
    change, words = BROKEN[fault]
    keys = onos.sas()
    traffic = ping(1, 2)
    with pytest.raises(RestError) as refused:
        onos.configure(change=change)
    for word in words:
        assert word in refused.value.text
    traffic.wait_for_replies(20, 10)
    assert traffic.stop().share_lost <= tolerated
    assert onos.sas() == keys
    assert onos.sites_are_as_desired()
