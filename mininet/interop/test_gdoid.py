# SPDX-License-Identifier: Apache-2.0
"""Cisco's gdoid as member of our key server, and as key server of our member: registration and rekeys."""

import re
import subprocess

import pytest
from getvpn_interop import gdoid, programs
from getvpn_interop.cable import KEY_SERVER, MEMBER
from getvpn_wan.run_directory import new_key_hex

pytestmark = pytest.mark.skipif(
    not gdoid.program(),
    reason="no gdoid: build Cisco's reference implementation of GDOI and name it in GDOID",
)

ANNOUNCED = re.compile(r"spi=0x([0-9a-f]{8}) member=- stage=ANNOUNCED")
REKEYED = re.compile(r"stage=REKEY seq=(\d+) .*spi=0x([0-9a-f]{8}),")


@pytest.fixture
def words():
    """A fresh pre-shared key of letters, which is all that gdoid takes."""
    return new_key_hex()


@pytest.fixture
def settings(run, words):
    """What gdoid needs of its peer, whose own peer is at `address`."""
    return lambda name, address: {
        "preSharedKeysFile": programs.pre_shared_keys(run, name, address, words.encode().hex()),
        "phaseOneProposals": [gdoid.SUITE],
        "legacy": True,
    }


@pytest.fixture
def rekey_key(run):
    """A fresh RSA key for gdoid's rekeys, DER as OpenSSL's i2d_RSAPrivateKey has it."""
    path = run.secret("gdoid-rekeys.der", "")
    for words in (
        ("genrsa", "-out", f"{path}.pem", "2048"),
        ("rsa", "-traditional", "-in", f"{path}.pem", "-outform", "DER", "-out", str(path)),
    ):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return path


def test_it_registers_with_our_key_server_and_follows_its_rekeys(cable, run, words, settings):
    group = {
        "quirks": ["bare-hash-signature", "foreign-kek-spi", "continued-sequence"],
        "rekeyAcknowledgement": "none",
        "transform": "aes-gcm-128",
        "tek": {"lifetime": 20},
        "kek": {"lifetime": 40, "cipher": "aes-cbc-128", "signatureHash": "sha1"},
        "activationDelay": 1,
        "deactivationDelay": 3,
        "senderIdBits": 16,
    }
    ours = programs.KeyServer(run, cable.end("ks"), group=group, **settings("interop-ks.psk", MEMBER))
    with ours, gdoid.member(run, cable.end("gm"), words) as member:
        ours.wait_until_said("group=blue", f"member={MEMBER}", "stage=REGISTERED")
        member.wait_until_said("GOT SEQ # of: 0 (PULL)")
        member.wait_until_said("Replacing KEK IV and keys", times=2, seconds=90)
        teks = ANNOUNCED.findall(ours.log.read_text(encoding="utf-8"))
        assert len(teks) >= 3
        for tek in teks:
            member.wait_until_said(f"SPI found (KD) {int(tek, 16)} ")
        for complaint in ("out of range", "mismatch", "Aborting", "Signature verification failed"):
            assert member.count(complaint) == 0


def test_our_member_registers_with_it_and_follows_its_rekeys(cable, run, words, settings, rekey_key):
    ours = programs.Member(
        run,
        cable.end("gm"),
        quirks=["bare-hash-signature", "foreign-kek-spi"],
        **settings("interop-gm.psk", KEY_SERVER),
    )
    with gdoid.key_server(run, cable.end("ks"), words, rekey_key) as server, ours:
        ours.wait_until_said("registered", seconds=60)
        server.wait_until_said("SENT SEQ # of: 3 (PUSH)", seconds=90)
        ours.wait_until_said("stage=REKEY", "seq=3")
