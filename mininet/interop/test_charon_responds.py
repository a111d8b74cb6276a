# SPDX-License-Identifier: Apache-2.0
"""Our member against strongSwan in the key server's place, UDP 848.

strongSwan does not know GROUPKEY-PULL: after Phase 1 the member's question stays without an answer. What
both ends say of Phase 1 is what counts.
"""

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_wan.run_directory import new_key_hex

from getvpn_interop.certificates import files, signed

SHARED = f"auth = psk\n id = {KEY_SERVER}", "auth = psk"
SUITE = "aes256-sha256-ecp256"
# What strongSwan wants of an initiator: the domain of interpretation that it knows, and one port 500, because
# it takes what comes from another port to its port 848 for ESP in UDP unless four zero octets stand before it.
ADAPTED = {"doi": 1, "port": 500}
ESTABLISHED = "IKE_SA peer[1] established between"


@pytest.mark.parametrize(
    "suite", ["aes128-sha256-modp2048", "aes256-sha256-ecp256", "aes256-sha384-ecp384", "aes256-sha512-ecp521"]
)
def test_a_pre_shared_key(member, responder, key, suite):
    with responder() as charon:
        charon.connect("%any", *SHARED, suite, secrets=[((MEMBER, KEY_SERVER), key)])
        with member(phaseOneProposals=[suite], **ADAPTED) as ours:
            charon.wait_until_said(ESTABLISHED)
            ours.wait_until_said("stage=PHASE_ONE", f"key server proved to be {KEY_SERVER}@{KEY_SERVER}:848")


def test_aggressive_mode_under_a_name(member, responder, key):
    name = "gm1.interop.test"
    with responder(aggressive=True) as charon:
        charon.connect(
            "%any", SHARED[0], f"auth = psk\n id = {name}", SUITE,
            more="aggressive = yes", secrets=[((name, KEY_SERVER), key)],
        )
        with member(aggressive=True, aggressiveIdentity=name, **ADAPTED) as ours:
            ours.wait_until_said("WARN", "Aggressive Mode shows identities in the clear")
            charon.wait_until_said(ESTABLISHED)
            ours.wait_until_said("stage=PHASE_ONE", f"key server proved to be {KEY_SERVER}@{KEY_SERVER}:848")


def test_a_wrong_key_is_named_as_such(member, responder):
    with responder() as charon:
        charon.connect("%any", *SHARED, SUITE, secrets=[((MEMBER, KEY_SERVER), new_key_hex())])
        with member(**ADAPTED) as ours:
            ours.wait_until_said("stage=REGISTRATION", "pre-shared key probably differs", seconds=80)
            assert not ours.said("stage=PHASE_ONE")
            assert not charon.said(ESTABLISHED)


def test_no_common_suite(member, responder, key):
    with responder() as charon:
        charon.connect("%any", *SHARED, "aes128-sha256-modp2048", secrets=[((MEMBER, KEY_SERVER), key)])
        with member(phaseOneProposals=[SUITE], **ADAPTED) as ours:
            ours.wait_until_said("NO_PROPOSAL_CHOSEN", f"it accepts none of [{SUITE}]", seconds=80)
            assert charon.said("no proposal found")


@pytest.mark.parametrize(
    "kind, method, suite",
    [
        ("rsa", "rsa", "aes256-sha256-modp2048"),
        ("p256", "ecdsa256", "aes128-sha256-ecp256"),
        ("p384", "ecdsa384", "aes256-sha384-ecp384"),
    ],
)
def test_certificates(member, responder, authority, kind, method, suite):
    ours, theirs = authority.issue("gm", kind), authority.issue("ks", kind)
    with responder() as charon:
        charon.trust(authority, theirs)
        charon.connect("%any", *signed(theirs, ours), suite)
        with member(**by_certificate(authority, ours, theirs.name, method, suite)) as program:
            charon.wait_until_said(ESTABLISHED)
            program.wait_until_said("stage=PHASE_ONE", f"key server proved to be {theirs.name}@{KEY_SERVER}:848")


def test_a_key_server_of_another_name_is_refused(member, responder, authority):
    """Any member has a certificate of the same authority; none may pose as the key server."""
    ours, theirs = authority.issue("gm"), authority.issue("gm2")
    with responder() as charon:
        charon.trust(authority, theirs)
        charon.connect("%any", *signed(theirs, ours), SUITE)
        with member(**by_certificate(authority, ours, "CN=ks,OU=WAN,O=GET VPN interop")) as program:
            program.wait_until_said(
                f"key server calls itself {theirs.name} where CN=ks,OU=WAN,O=GET VPN interop is expected",
                seconds=80,
            )
            assert not program.said("stage=PHASE_ONE")


def test_an_expired_certificate_of_a_key_server_is_refused(member, responder, authority):
    ours, theirs = authority.issue("gm"), authority.issue("ks", expired=True)
    with responder() as charon:
        charon.trust(authority, theirs)
        charon.connect("%any", *signed(theirs, ours), SUITE)
        with member(**by_certificate(authority, ours, theirs.name)) as program:
            program.wait_until_said(
                f"certificate of {theirs.name} expired on 2020-01-02T00:00:00Z", seconds=40
            )
            assert not program.said("stage=PHASE_ONE")


def test_a_revoked_certificate_of_a_key_server_is_refused(member, responder, authority):
    ours, theirs = authority.issue("gm"), authority.issue("revoked-ks")
    authority.revoke(theirs)
    settings = by_certificate(authority, ours, theirs.name)
    settings["certificate"]["revocationFiles"] = [str(authority.revocations())]
    with responder() as charon:
        charon.trust(authority, theirs)
        charon.connect("%any", *signed(theirs, ours), SUITE)
        with member(**settings) as program:
            program.wait_until_said(f"certificate of {theirs.name} was revoked", seconds=80)
            assert not program.said("stage=PHASE_ONE")


def by_certificate(authority, own, key_server, method="rsa", suite=SUITE):
    return {
        "authentication": [method],
        "phaseOneProposals": [suite],
        "certificate": files(authority, own),
        "keyServerIdentities": [key_server],
        **ADAPTED,
    }
