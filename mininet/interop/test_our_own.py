# SPDX-License-Identifier: Apache-2.0
"""Our member against our key server by certificate, up to the keys: who is admitted, and what is said of it."""

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_interop.certificates import files
from getvpn_wan.wait import until

NAME = "gm1.wan.test"


@pytest.fixture
def pair(key_server, member, authority):
    """Both programs, by certificate; the member calls itself `gm1.wan.test`."""
    ours, theirs = authority.issue("ks"), authority.issue("gm1", dns=NAME)

    def make(group, authentication="rsa", **more):
        server = key_server(
            authentication=[authentication],
            certificate={**files(authority, ours), "peerFiles": [str(theirs.certificate)]},
            group={**group, **more},
        )
        client = member(
            authentication=[authentication],
            certificate={
                **files(authority, theirs), "peerFiles": [str(ours.certificate)], "identity": NAME,
            },
            keyServerIdentities=[ours.name],
            **more,
        )
        return server, client

    return make


@pytest.mark.parametrize(
    "pattern", ["fqdn:*.wan.test", "certificate:OU=WAN", "certificate:O=GET VPN interop,CN=gm*"]
)
def test_a_name_that_a_pattern_admits_gets_the_keys(pair, pattern):
    server, client = pair({"identities": [pattern]})
    with server, client:
        client.wait_until_said("registered", seconds=60)
        assert server.said(f"member={NAME}@{MEMBER}:848", "stage=REGISTERED")


@pytest.mark.parametrize("group", [{}, {"identities": ["fqdn:*.lan.test", "certificate:OU=LAN"]}])
def test_a_name_that_none_admits_learns_nothing(pair, group):
    server, client = pair(group)
    with server, client:
        shown = ", ".join(group.get("identities", []))
        server.wait_until_said(
            "group=blue", "stage=DENIED",
            f"not authorised: identity {NAME} matches none of the group's identities [{shown}]",
        )
        client.wait_until_said("key server does not admit", "to group")
        assert not server.said("stage=REGISTERED")


@pytest.mark.parametrize("method", ["rsaenc", "rsarev"])
def test_rsa_encryption(pair, method):
    server, client = pair({"identities": ["fqdn:*.wan.test"]}, authentication=method)
    with server, client:
        client.wait_until_said("registered", seconds=60)
        assert server.said(f"member={NAME}@{MEMBER}:848", "stage=REGISTERED")


def test_proof_of_possession(pair):
    server, client = pair({"identities": ["certificate:OU=WAN"]}, profile="rfc3547")
    with server, client:
        client.wait_until_said("registered", seconds=60)
        assert server.said(f"member={NAME}@{MEMBER}:848", "stage=REGISTERED")


def test_who_proves_nothing_is_no_member_of_a_group_that_demands_it(pair):
    server, client = pair({"identities": ["certificate:OU=WAN"], "profile": "rfc3547"})
    with server, client:
        server.wait_until_said("stage=DENIED", "the member does not take the policy")
        assert not server.said("stage=REGISTERED")


def test_an_unknown_group(pair):
    server, client = pair({"id": 4321, "identities": ["certificate:OU=WAN"]})
    with server, client:
        server.wait_until_said("stage=DENIED", "no group has the identity 1234")
        client.wait_until_said(f"{KEY_SERVER}:848: key server does not know group 1234")


def test_a_group_with_a_key_tree_changes_its_kek_by_the_tree(pair):
    server, client = pair(
        {
            "identities": ["certificate:OU=WAN"],
            "keyTree": True,
            "tek": {"lifetime": 20},
            "kek": {"lifetime": 40},
            "activationDelay": 1,
            "deactivationDelay": 3,
        }
    )
    with server, client:
        client.wait_until_said("registered", seconds=60)
        # sequence numbers begin at 1 again under each KEK, which the member can have from the tree alone
        until(lambda: client.times("stage=REKEY", "seq=1 ") >= 3, 120, "rekeys under three KEKs")
        assert client.times("registered with") == 1
        assert server.times("stage=REGISTERED") == 1
