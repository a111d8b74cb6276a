# SPDX-License-Identifier: Apache-2.0
"""What an operator sees and does: the ONOS shell and REST tell the same story."""

import json

import pytest
from getvpn_wan.rest import RestError



def timeless(value):
    """Without what changes while one looks."""
    if isinstance(value, dict):
        return {
            key: timeless(part) for key, part in value.items() if "seconds" not in key.lower() and key != "drops"
        }
    return [timeless(part) for part in value] if isinstance(value, list) else value


def in_shell(onos, command):
    name, *arguments = command.split()
    answer = onos.shell(" ".join([f"getvpn:{name}", "-j", *arguments]))
    try:
        return json.loads(answer)
    except json.JSONDecodeError:
        raise AssertionError(f"getvpn:{command} -j printed {answer!r}") from None


@pytest.mark.parametrize(
    ("command", "path", "list_of"),
    [
        ("status", "status", None),
        ("groups", "groups", "groups"),
        ("members blue", "groups/blue/members", "members"),
        ("sas blue", "groups/blue/sas", "sas"),
        ("sites", "sites", "sites"),
    ],
)
def test_shell_and_rest_tell_the_same(onos, command, path, list_of):
    def rest():
        answer = onos.rest.get(f"getvpn/v1/{path}")
        return timeless(answer[list_of] if list_of else answer)

    before, shell = rest(), timeless(in_shell(onos, command))
    assert shell in (before, rest())  # counters may go on in between


def test_the_shell_lists_what_runs(onos, plan):
    members = onos.shell("getvpn:members")
    assert all(address in members for address in plan.members)
    sites = onos.shell("getvpn:sites")
    assert all(f"{site.name}  group {plan.group}" in sites and "enforced" in sites for site in plan.sites)
    (spi,) = onos.sas()
    assert f"{spi}  SENDABLE" in onos.shell("getvpn:sas")
    assert "as desired" in onos.shell("getvpn:check")


def test_a_rekey_by_the_shell_is_a_rekey(deployment, onos, plan):
    answer = onos.shell(f"getvpn:rekey {plan.group}")
    (fresh,) = [spi for spi in onos.sas() if spi in answer]
    deployment.wait(lambda: onos.sas().get(fresh) == "SENDABLE", 30, f"{fresh} in use")


def test_prometheus_reads_of_a_member_what_its_status_says(pipelines, plan):
    for pipeline in pipelines.values():
        before, metrics, after = pipeline.status(), pipeline.metrics(), pipeline.status()
        label = f'group="{plan.group_id}"'
        assert metrics[f"getvpn_gm_sendable{{{label}}}"] == 1
        for reason, count in before["drops"].items():
            assert count <= metrics[f'getvpn_gm_drops_total{{{label},reason="{reason}"}}'] <= after["drops"][reason]
        encrypted = metrics[f"getvpn_gm_packets_encrypted_total{{{label}}}"]
        assert 0 < before["counters"]["packetsEncrypted"] <= encrypted <= after["counters"]["packetsEncrypted"]


def test_an_unknown_group_is_named_together_with_those_there_are(onos, plan):
    for verb in ("rekey", "replace-now"):
        with pytest.raises(RestError) as refusal:
            onos.rest.post(f"getvpn/v1/groups/red/{verb}")
        assert refusal.value.status == 404
        assert "red" in str(refusal.value)
        assert plan.group in str(refusal.value)
    for answer in (onos.shell("getvpn:rekey red"), onos.shell("getvpn:rekey --replace-now red")):
        assert "red" in answer
        assert plan.group in answer
