# SPDX-License-Identifier: Apache-2.0
"""No pre-shared key and no wrapping key anywhere but in its own file."""

import json
import pathlib
import subprocess


def spellings(value):
    """Hexadecimal digits in both cases, with colons, and the octets themselves."""
    octets = bytes.fromhex(value)
    texts = value, value.upper(), octets.hex(":"), octets.hex(" ")
    return [text.encode() for text in texts] + [octets]


def assert_free_of(secrets, where, octets):
    for value in secrets:
        for spelling in spellings(value):
            assert spelling not in octets, f"a secret stands in {where}"


def test_files_of_the_run_hold_no_secret_but_in_their_place(deployment):
    run = deployment.run.path
    for path in run.rglob("*"):
        if path.is_file() and path.parent != run / "secrets" and "system" not in path.parts:
            assert_free_of(deployment.secrets.values, path, path.read_bytes())
    for path in (run / "secrets").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_rest_and_shell_tell_no_secret(deployment, onos, plan):
    paths = ["v1/network/configuration", "v1/flows", "getvpn/v1/status", "getvpn/v1/groups", "getvpn/v1/sites"]
    paths += [f"getvpn/v1/groups/{plan.group}{part}" for part in ("", "/members", "/sas")]
    for path in paths:
        answer = json.dumps(onos.rest.get(path)).encode()
        assert len(answer) > 2
        assert_free_of(deployment.secrets.values, path, answer)
    for command in ("status", "groups", "members", "sas", "sites", "check"):
        answer = onos.shell(f"getvpn:{command}").encode()
        assert plan.group.encode() in answer or b"site1" in answer or b"ok" in answer
        assert_free_of(deployment.secrets.values, command, answer)
    for pipeline in deployment.pipelines.values():
        assert_free_of(deployment.secrets.values, "gm-status", json.dumps(pipeline.status()).encode())


def test_switches_are_told_no_secret(deployment, plan):
    for switch in plan.openflow_switches:
        flows = "\n".join(deployment.switches.flows_with_counters(switch))
        assert_free_of(deployment.secrets.values, f"rules of {switch}", flows.encode())
    for switch in plan.p4:
        assert_free_of(deployment.secrets.values, f"entries of {switch}", b"".join(deployment.rules(switch)))


def test_process_lists_show_no_secret(deployment):
    listing = subprocess.run(["ps", "axeww"], check=True, capture_output=True).stdout
    assert b"getvpn-gm.jar" in listing
    assert_free_of(deployment.secrets.values, "the process list", listing)
    for pid in [p.pid for p in deployment.pipelines.values()] + [deployment.onos.pid]:
        for name in ("cmdline", "environ"):
            octets = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
            assert_free_of(deployment.secrets.values, f"/proc/{pid}/{name}", octets)
