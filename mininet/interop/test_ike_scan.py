# SPDX-License-Identifier: Apache-2.0
"""ike-scan, as whoever examines a network would use it, and as whoever wants to break a responder would."""

import subprocess

import pytest
from getvpn_interop.cable import KEY_SERVER, MEMBER

SUITE = "aes256-sha256-ecp256"
# encryption 7 is AES-CBC with its key length (14), hash 4 is SHA-256, authentication 1 a pre-shared key,
# group 19 ECP-256, group 14 MODP-2048 (RFC 2409, appendix A; IANA ipsec-registry)
ECP256 = "--trans=(1=7,14=256,2=4,3=1,4=19)"
MODP2048 = "--trans=(1=7,14=128,2=4,3=1,4=14)"
OLD = "--trans=(1=5,2=2,3=1,4=2)"
GDOI = "--doi=2", "--situation=0"
OUR_VENDOR_ID = "VID=77ce898600b0da7c912d14293c2ec44d"


@pytest.fixture
def scan(cable):
    def run(*words):
        command = [
            "ike-scan", "--nodns", "--sport=848", "--dport=848", "--retry=2", "--timeout=1500", *words, KEY_SERVER,
        ]
        done = subprocess.run(
            cable.end("gm").command(*command), capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def server(key_server):
    with key_server(phaseOneProposals=[SUITE]) as running:
        yield running
        assert running.is_running()


@pytest.mark.parametrize("domain", [(), GDOI], ids=["IPsec", "GDOI"])
def test_the_suite_that_is_accepted_is_chosen_among_others(scan, server, domain):
    said = scan(*domain, OLD, MODP2048, ECP256)
    assert "Main Mode Handshake returned" in said
    assert "Enc=AES KeyLength=256 Hash=SHA2-256 Auth=PSK Group=19" in said
    assert OUR_VENDOR_ID in said


def test_other_suites_are_refused(scan, server):
    said = scan(OLD, MODP2048)
    assert "Notify message 14 (NO-PROPOSAL-CHOSEN)" in said
    server.wait_until_said(f"member={MEMBER}:848", "no proposal chosen: offered")


def test_aggressive_mode_gives_no_hash_where_it_is_off(scan, server):
    said = scan("--aggressive", "--dhgroup=14", f"--id={MEMBER}", "--idtype=1", MODP2048)
    assert "Handshake returned" not in said
    server.wait_until_said(f"member={MEMBER}:848", "Aggressive Mode is off here")


@pytest.mark.parametrize(
    "words",
    [
        ("--ikev2",),
        ("--exchange=33",),
        ("--exchange=5",),
        ("--hdrflags=1",),
        ("--headerver=0x20",),
        ("--headerlen=65535",),
        ("--headerlen=28",),
        ("--mbz=255",),
        ("--nextpayload=13",),
        ("--protocol=3",),
        ("--transid=99",),
        ("--spisize=255",),
        ("--doi=77",),
        ("--rcookie=0123456789abcdef",),
        ("--vendor=" + "ab" * 255,),
    ],
    ids=lambda words: words[0][:20],
)
def test_a_probe_that_makes_no_sense_harms_nobody(scan, server, words):
    scan(*words, ECP256)
    assert "Main Mode Handshake returned" in scan(ECP256), "an honest peer is answered as before"


def test_a_prober_without_a_key_learns_nothing(scan, key_server, run, key):
    nobody = str(run.secret("interop-nobody.psk", f"192.0.2.77 0x{key}\n"))
    with key_server(phaseOneProposals=[SUITE], preSharedKeysFile=nobody) as server:
        assert "0 returned handshake; 0 returned notify" in scan(ECP256)
        server.wait_until_said(f"no pre-shared key for {MEMBER}")
