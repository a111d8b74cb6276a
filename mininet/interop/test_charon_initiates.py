# SPDX-License-Identifier: Apache-2.0
"""strongSwan as the initiator of Phase 1 against our key server on UDP 848.

It knows nothing of groups, so it ends after Phase 1; what both ends say of that is what counts.
"""

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_interop.certificates import files, signed
from getvpn_wan.run_directory import new_key_hex

SHARED = f"auth = psk\n id = {MEMBER}", f"auth = psk\n id = {KEY_SERVER}"
SUITE = "aes256-sha256-ecp256"
ESTABLISHED = "IKE_SA peer[1] established between"
# strongSwan heeds only protected notifications; that it read ours is what it can tell
TOLD = "parsed INFORMATIONAL_V1 request 0 [ N({}) ]"


@pytest.mark.parametrize(
    "suite, port",
    [
        ("aes128-sha256-modp2048", 848),
        ("aes192-sha256-modp3072", 848),
        ("aes256-sha512-modp4096", 848),
        ("aes256-sha256-ecp256", 848),
        ("aes256-sha384-ecp384", 848),
        ("aes256-sha512-ecp521", 848),
        ("aes256-sha256-ecp256", 500),
    ],
)
def test_a_pre_shared_key(key_server, initiator, key, suite, port):
    """Both ports 848 make charon put four zero octets before each message; with one port 500 it does not."""
    with key_server(phaseOneProposals=[suite]) as server, initiator(port=port) as charon:
        charon.connect(KEY_SERVER, *SHARED, suite, secrets=[((MEMBER, KEY_SERVER), key)])
        assert charon.initiate(), charon.log.read_text()
        assert charon.said(ESTABLISHED)
        server.wait_until_said(f"member={MEMBER}@{MEMBER}:{port}", "stage=AUTHENTICATED")
        assert charon.terminate()
        assert charon.said("sending DELETE for IKE_SA")
        assert server.is_running()


@pytest.mark.parametrize("identity", [MEMBER, "gm1.interop.test", "gm1@interop.test"])
def test_aggressive_mode_where_it_is_allowed(key_server, initiator, key, run, identity):
    """There a name can be proven by a pre-shared key: the responder sees it before it needs the key."""
    keys = str(run.secret("interop-names.psk", f"{identity} 0x{key}\n"))
    with key_server(aggressive=True, preSharedKeysFile=keys) as server, initiator(aggressive=True) as charon:
        server.wait_until_said("WARN", "Aggressive Mode shows identities in the clear")
        charon.connect(
            KEY_SERVER, f"auth = psk\n id = {identity}", SHARED[1], SUITE,
            more="aggressive = yes", secrets=[((identity, KEY_SERVER), key)],
        )
        assert charon.initiate(), charon.log.read_text()
        assert charon.said("initiating Aggressive Mode IKE_SA")
        assert charon.said(ESTABLISHED)
        server.wait_until_said(f"member={identity}@{MEMBER}:848", "stage=AUTHENTICATED")


def test_aggressive_mode_is_refused_where_it_is_not_allowed(key_server, initiator, key):
    with key_server() as server, initiator(aggressive=True) as charon:
        charon.connect(
            KEY_SERVER, *SHARED, SUITE, more="aggressive = yes", secrets=[((MEMBER, KEY_SERVER), key)]
        )
        assert charon.is_kept_out()
        charon.wait_until_said("parsed INFORMATIONAL_V1 request 0")
        server.wait_until_said(f"member={MEMBER}:848", "Aggressive Mode is off here")


def test_old_algorithms_where_they_are_allowed(key_server, initiator, key):
    with key_server(phaseOneProposals=["aes128-sha1-modp1024"], legacy=True) as server, initiator() as charon:
        server.wait_until_said("WARN", "Phase 1 proposal aes128-sha1-modp1024 is weak")
        charon.connect(KEY_SERVER, *SHARED, "aes128-sha1-modp1024", secrets=[((MEMBER, KEY_SERVER), key)])
        assert charon.initiate(), charon.log.read_text()
        server.wait_until_said(f"member={MEMBER}@{MEMBER}:848", "stage=AUTHENTICATED")


def test_an_idle_peer_is_asked_whether_it_is_there(key_server, initiator, key):
    """Dead peer detection (RFC 3706): charon answers, and keeps its SA until it answers no more."""
    with key_server(phaseOneIdle=10) as server, initiator() as charon:
        charon.connect(KEY_SERVER, *SHARED, SUITE, secrets=[((MEMBER, KEY_SERVER), key)])
        assert charon.initiate(), charon.log.read_text()
        charon.wait_until_said("[ HASH N(DPD) ]")
        charon.wait_until_said("[ HASH N(DPD_ACK) ]")
        charon.kill()
        server.wait_until_said(f"member={MEMBER}@{MEMBER}:848", "stage=UNRESPONSIVE")
        assert server.is_running()


def test_a_wrong_key_is_named_as_such(key_server, initiator):
    with key_server() as server, initiator() as charon:
        charon.connect(KEY_SERVER, *SHARED, SUITE, secrets=[((MEMBER, KEY_SERVER), new_key_hex())])
        assert charon.is_kept_out()
        charon.wait_until_said(TOLD.format("AUTH_FAILED"))
        server.wait_until_said(f"member={MEMBER}:848", "stage=DENIED", "pre-shared key probably differs")
        assert not charon.said(ESTABLISHED)
        assert server.is_running()


def test_no_common_suite(key_server, initiator, key):
    with key_server(phaseOneProposals=[SUITE]) as server, initiator() as charon:
        charon.connect(
            KEY_SERVER, *SHARED, "aes128-sha256-modp2048", secrets=[((MEMBER, KEY_SERVER), key)]
        )
        assert charon.is_kept_out()
        charon.wait_until_said(TOLD.format("NO_PROP"))
        server.wait_until_said(
            "stage=DENIED", "no proposal chosen: offered", f"accepted [{SUITE}]"
        )


def test_an_address_without_a_key_gets_no_answer(key_server, initiator, key, run):
    nobody = str(run.secret("interop-nobody.psk", f"192.0.2.77 0x{key}\n"))
    with key_server(preSharedKeysFile=nobody) as server, initiator() as charon:
        charon.connect(KEY_SERVER, *SHARED, SUITE, secrets=[((MEMBER, KEY_SERVER), key)])
        assert charon.is_kept_out()
        server.wait_until_said(f"no pre-shared key for {MEMBER}: list one, if it may")
        assert not charon.said("received packet")


@pytest.mark.parametrize(
    "kind, method, suite",
    [
        ("rsa", "rsa", "aes256-sha256-modp2048"),
        ("rsa", "rsa", "aes256-sha384-ecp384"),
        ("p256", "ecdsa256", "aes128-sha256-ecp256"),
        ("p384", "ecdsa384", "aes256-sha384-ecp384"),
        ("p256", "ecdsa256", "aes256-sha384-ecp384"),
    ],
)
def test_certificates(key_server, initiator, authority, kind, method, suite):
    ours, theirs = authority.issue("ks", kind), authority.issue("gm", kind)
    certificate = files(authority, ours)
    with key_server(
        authentication=[method], phaseOneProposals=[suite], certificate=certificate
    ) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(KEY_SERVER, *signed(theirs, ours), suite)
        assert charon.initiate(), charon.log.read_text()
        assert charon.said(ESTABLISHED)
        server.wait_until_said(f"member={theirs.name}@{MEMBER}:848", "stage=AUTHENTICATED")


def test_names_of_certificates_as_identities(key_server, initiator, authority):
    ours, theirs = authority.issue("ks", dns="ks1.test"), authority.issue("gm", dns="gm1.test")
    certificate = {**files(authority, ours), "identity": "ks1.test"}
    with key_server(authentication=["rsa"], certificate=certificate) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(
            KEY_SERVER, "auth = pubkey\n certs = own.pem\n id = gm1.test", "auth = pubkey\n id = ks1.test", SUITE
        )
        assert charon.initiate(), charon.log.read_text()
        server.wait_until_said(f"member=gm1.test@{MEMBER}:848", "stage=AUTHENTICATED")


def test_an_expired_certificate_is_refused_with_its_date(key_server, initiator, authority):
    ours, theirs = authority.issue("ks"), authority.issue("gm", expired=True)
    with key_server(
        authentication=["rsa"], certificate=files(authority, ours)
    ) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(KEY_SERVER, *signed(theirs, ours), SUITE)
        assert charon.is_kept_out()
        charon.wait_until_said(TOLD.format("AUTH_FAILED"))
        server.wait_until_said(
            "stage=DENIED", f"certificate of {theirs.name} expired on 2020-01-02T00:00:00Z: renew it"
        )
        assert not charon.said(ESTABLISHED)


def test_a_revoked_certificate_is_refused(key_server, initiator, authority):
    ours, theirs = authority.issue("ks"), authority.issue("revoked")
    authority.revoke(theirs)
    certificate = {**files(authority, ours), "revocationFiles": [str(authority.revocations())]}
    with key_server(authentication=["rsa"], certificate=certificate) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(KEY_SERVER, *signed(theirs, ours), SUITE)
        assert charon.is_kept_out()
        charon.wait_until_said(TOLD.format("AUTH_FAILED"))
        server.wait_until_said("stage=DENIED", f"certificate of {theirs.name} was revoked")
        assert not charon.said(ESTABLISHED)


def test_a_certificate_of_another_authority_is_refused(key_server, initiator, authority, stranger):
    ours, theirs = authority.issue("ks"), stranger.issue("gm")
    with key_server(
        authentication=["rsa"], certificate=files(authority, ours)
    ) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(KEY_SERVER, *signed(theirs, ours), SUITE)
        assert charon.is_kept_out()
        server.wait_until_said("stage=DENIED", "leads to no certification authority that is trusted here")


def test_a_new_revocation_list_takes_effect_when_the_configuration_is_submitted(
    key_server, initiator, authority
):
    ours, theirs = authority.issue("ks"), authority.issue("dismissed")
    certificate = {**files(authority, ours), "revocationFiles": [str(authority.revocations())]}
    with key_server(authentication=["rsa"], certificate=certificate) as server, initiator() as charon:
        charon.trust(authority, theirs)
        charon.connect(KEY_SERVER, *signed(theirs, ours), SUITE)
        assert charon.initiate(), charon.log.read_text()
        assert charon.terminate()
        authority.revoke(theirs)
        certificate["revocationFiles"] = [str(authority.revocations())]
        server.write()
        server.wait_until_said("is in force")
        assert charon.is_kept_out()
        server.wait_until_said("stage=DENIED", f"certificate of {theirs.name} was revoked")
