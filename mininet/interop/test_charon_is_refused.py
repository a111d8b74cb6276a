# SPDX-License-Identifier: Apache-2.0
"""Our member against a strongSwan in the key server's place that it must not believe.

A member names the reason when it gives up, half a minute after the first message, so each has its own cable
and all wait at once.
"""

import contextlib
from dataclasses import dataclass

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER, Cable
from getvpn_interop.certificates import signed
from getvpn_interop.charon import Charon
from getvpn_interop.phase_one import ADAPTED, ESTABLISHED, SHARED, SUITE, by_certificate
from getvpn_interop.programs import Member, pre_shared_keys
from getvpn_wan.run_directory import new_key_hex

GIVES_UP = 80  # seconds, on a slow machine
EXPECTED = "CN=ks,OU=WAN,O=GET VPN interop"


@dataclass(frozen=True)
class Refusal:
    """Both ends of one cable."""

    charon: Charon
    member: Member


@pytest.fixture(scope="module")
def refusals(run, authority):
    """By name of the fault, all of them begun."""
    ours, stolen = authority.issue("gm"), authority.issue("gm2")
    expired, revoked = authority.issue("ks", expired=True), authority.issue("revoked-ks")
    authority.revoke(revoked)
    with contextlib.ExitStack() as running:

        def begin(fault, credential=None, **settings):
            cable = running.enter_context(Cable(run, fault))
            charon = running.enter_context(Charon(run, cable.end("ks"), KEY_SERVER, name=f"charon-{fault}"))
            if credential:
                charon.trust(authority, credential)
                charon.connect("%any", *signed(credential, ours), SUITE)
            else:
                charon.connect("%any", *SHARED, SUITE, secrets=[((MEMBER, KEY_SERVER), new_key_hex())])
            member = Member(run, cable.end("gm"), name=f"member-{fault}", **settings)
            return Refusal(charon, running.enter_context(member))

        key = pre_shared_keys(run, "wrong.psk", KEY_SERVER, new_key_hex())
        revocations = by_certificate(authority, ours, revoked.name)
        revocations["certificate"]["revocationFiles"] = [str(authority.revocations())]
        yield {
            "key": begin("key", preSharedKeysFile=key, **ADAPTED),
            "name": begin("name", stolen, **by_certificate(authority, ours, EXPECTED)),
            "expired": begin("expired", expired, **by_certificate(authority, ours, expired.name)),
            "revoked": begin("revoked", revoked, **revocations),
        }


def test_a_wrong_key_is_named_as_such(refusals):
    refused = refusals["key"]
    refused.member.wait_until_said("stage=REGISTRATION", "pre-shared key probably differs", seconds=GIVES_UP)
    assert not refused.member.said("stage=PHASE_ONE")
    assert not refused.charon.said(ESTABLISHED)


def test_a_key_server_of_another_name_is_refused(refusals):
    """Any member has a certificate of the same authority; none may pose as the key server."""
    member = refusals["name"].member
    member.wait_until_said(
        f"key server calls itself CN=gm2,OU=WAN,O=GET VPN interop where {EXPECTED} is expected", seconds=GIVES_UP
    )
    assert not member.said("stage=PHASE_ONE")


def test_an_expired_certificate_of_a_key_server_is_refused(refusals):
    member = refusals["expired"].member
    member.wait_until_said(
        "certificate of CN=ks,OU=WAN,O=GET VPN interop expired on 2020-01-02T00:00:00Z", seconds=GIVES_UP
    )
    assert not member.said("stage=PHASE_ONE")


def test_a_revoked_certificate_of_a_key_server_is_refused(refusals):
    member = refusals["revoked"].member
    member.wait_until_said("certificate of CN=revoked-ks,OU=WAN,O=GET VPN interop was revoked", seconds=GIVES_UP)
    assert not member.said("stage=PHASE_ONE")
