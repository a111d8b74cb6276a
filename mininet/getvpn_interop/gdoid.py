# SPDX-License-Identifier: Apache-2.0
"""Cisco's reference implementation of GDOI, gdoid, in either role, with configuration and log of its own.

It is in no distribution: who has it built names the program in the variable GDOID.
"""

import os
import subprocess

from getvpn_wan.wait import until

from .cable import KEY_SERVER, MEMBER
from .programs import GROUP

VARIABLE = "GDOID"
SUITE = "aes128-sha1-modp1024"


def program():
    """The program, or nothing where it is not at hand."""
    path = os.environ.get(VARIABLE)
    return path if path and os.access(path, os.X_OK) else None


class Gdoid:
    """One daemon in one namespace, UDP 848; `with` starts it and takes it down."""

    def __init__(self, run, namespace, address, peer, key, group):
        self._namespace = namespace
        self._name = f"gdoid-{address}"
        self._configuration = run.secret(f"{self._name}.conf", _phase_one(address, peer, key) + group)
        self._fifo = run.file(f"{self._name}.fifo")
        self.log = run.log(self._name)
        self.log.unlink(missing_ok=True)
        self._process = None

    def __enter__(self):
        command = self._namespace.command(
            program(), "-d", "-n", "-DA=99", "-p", "848", "-P", "848", "-f", str(self._fifo), "-c", str(self._configuration)
        )
        with open(self.log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def is_running(self):
        return self._process.poll() is None

    def count(self, text):
        """How often the log says the text."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(text)

    def wait_until_said(self, text, times=1, seconds=60):
        until(
            lambda: self.count(text) >= times or not self.is_running(),
            seconds, f'gdoid says "{text}" {times} times (see {self.log})',
        )
        assert self.count(text) >= times, f'gdoid ended without "{text}": see {self.log}'


def member(run, namespace, key):
    """A member at 192.0.2.2 that asks 192.0.2.1 for the group 1234."""
    return Gdoid(run, namespace, MEMBER, KEY_SERVER, key, _MEMBER)


def key_server(run, namespace, key, rekeys):
    """A key server at 192.0.2.1; `rekeys` is a file with an RSA key, DER, that signs its rekeys."""
    return Gdoid(run, namespace, KEY_SERVER, MEMBER, key, _KEY_SERVER.replace("@KEY@", str(rekeys)))


def _phase_one(address, peer, key):
    return f"""\
[General]
Retransmits= 5
Exchange-max-time= 120
Listen-on= {address}
check-interval= 60

[Phase 1]
{peer}= PEER

[PEER]
Phase= 1
Transport= udp
Local-address= {address}
Address= {peer}
Port= 848
Configuration= Default-main-mode
Authentication= {key}

[Default-main-mode]
DOI= GROUP
EXCHANGE_TYPE= ID_PROT
Transforms= AES-SHA

[AES-SHA]
ENCRYPTION_ALGORITHM= AES_CBC
KEY_LENGTH= 128,128:128
HASH_ALGORITHM= SHA
AUTHENTICATION_METHOD= PRE_SHARED
GROUP_DESCRIPTION= MODP_1024
Life= LIFE_OF_PHASE_ONE

[LIFE_OF_PHASE_ONE]
LIFE_TYPE= SECONDS
LIFE_DURATION= 86400,60:86400

[Default-group-mode]
DOI= GROUP
EXCHANGE_TYPE= PULL_MODE
"""


_GROUP = f"""\
Phase= 2
ISAKMP-peer= PEER
Configuration= Default-group-mode
ID-type= KEY_ID
Key-value= {GROUP}
"""

_MEMBER = f"""
[Phase 2]
Connections= Group

[Group]
{_GROUP}
[Group-1]
ID-type= KEY_ID
Key-value= {GROUP}
"""

_KEY_SERVER = f"""\
Crypto-protocol= PROTO_IPSEC_ESP
SA-KEK= KEK
SA-TEKS= TEK
GROUP-POLICY= POLICY

[Phase 2]
Passive-Connections= Group

[Group]
{_GROUP}
[POLICY]
ATD= 1
DTD= 3
SID-SIZE= 16

[KEK]
Src-ID= KEK-source
Dst-ID= KEK-destination
ENCRYPTION_ALGORITHM= AES
SIG_HASH_ALGORITHM= SHA
SIG_ALGORITHM= RSA
RSA-Keypair= @KEY@
REKEY_PERIOD= 8
KEK_REKEY_PERIOD= 20

[KEK-source]
ID-type= IPV4_ADDR
Address= {KEY_SERVER}
Port= 848

[KEK-destination]
ID-type= IPV4_ADDR
Address= {MEMBER}
Port= 848

[TEK]
Src-ID= TEK-source
Dst-ID= TEK-destination
TEK_Suite= GCM

[TEK-source]
ID-type= IPV4_ADDR_SUBNET
Network= 10.0.0.0
Netmask= 255.0.0.0
Port= 0

[TEK-destination]
ID-type= IPV4_ADDR_SUBNET
Network= 10.0.0.0
Netmask= 255.0.0.0
Port= 0

[GCM]
PROTOCOL_ID= IPSEC_ESP
TRANSFORM_ID= AES_GCM_16
ENCAPSULATION_MODE= TUNNEL
Life= LIFE_3600_SECS
ADDRESS_PRESERVATION= SOURCE_AND_DEST
SA_DIRECTION= SYMMETRIC

[LIFE_3600_SECS]
LIFE_TYPE= SECONDS
LIFE_DURATION= 3600,1800:7200
"""
