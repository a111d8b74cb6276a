# SPDX-License-Identifier: Apache-2.0
"""From bare switches to the first encrypted packet, with hosts that send from the first second."""

from getvpn_wan.frames import Kind


def test_no_clear_text_leaves_a_site_before_its_first_registration(deployment):
    assert deployment.first_verdict.problems == []


def test_hosts_are_unheard_until_their_site_is_protected_and_heard_afterwards(deployment):
    for result in deployment.first_pings:
        assert min(result.replies) > 1, "the first echo request left before any rule stood"
        assert result.replies


def test_only_esp_gdoi_and_discovery_were_on_the_wan(deployment):
    verdict = deployment.first_verdict
    assert verdict.esp_frames > 0
    assert set(verdict.kinds) <= {Kind.GDOI, Kind.DISCOVERY, Kind.CONTROL}
    assert verdict.kinds[Kind.GDOI] > 0


def test_esp_carries_the_hosts_addresses_outside(deployment):
    assert deployment.first_verdict.addresses_preserved
