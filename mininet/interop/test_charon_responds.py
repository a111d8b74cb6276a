# SPDX-License-Identifier: Apache-2.0
"""Our member against strongSwan in the key server's place, UDP 848.

strongSwan does not know GROUPKEY-PULL: after Phase 1 the member's question stays without an answer. What
both ends say of Phase 1 is what counts.
"""

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_interop.certificates import signed
from getvpn_interop.phase_one import ADAPTED, ESTABLISHED, SHARED, SUITE, by_certificate


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
