# SPDX-License-Identifier: Apache-2.0
"""strongSwan's charon with configuration, sockets and log of its own."""

import os
import shutil
import subprocess
from pathlib import Path

from getvpn_wan.wait import until

_PLUGINS = (
    "random nonce aes sha1 sha2 md5 hmac gmp pem pkcs1 pkcs8 x509 pubkey constraints revocation openssl"
    " kernel-netlink socket-default vici"
)
_PROGRAMS = {"charon": "/usr/sbin/charon-systemd", "swanctl": "/usr/sbin/swanctl"}


class Charon:
    """One daemon in one namespace, UDP 848 unless told otherwise, IKEv1.

    The programs are run from copies: AppArmor, where it is on, confines the installed ones to /etc.
    """

    def __init__(self, run, namespace, address, name="charon", port=848, aggressive=False):
        self._namespace = namespace
        self._address = address
        self._folder = run.folder(name)
        shutil.rmtree(self._folder)
        run.folder(name)
        self._vici = f"unix://{self._folder}/vici.sock"
        self.log = run.log(name)
        self.log.unlink(missing_ok=True)
        self._process = None
        self._daemon = self._copy("charon")
        self._control = self._copy("swanctl")
        security = "yes" if aggressive else "no"
        (self._folder / "strongswan.conf").write_text(
            f"""charon {{
  port = {port}
  port_nat_t = 4500
  load = {_PLUGINS}
  install_routes = no
  i_dont_care_about_security_and_use_aggressive_mode_psk = {security}
  retransmit_tries = 3
  retransmit_timeout = 1.0
  filelog {{ log {{
    path = {self.log}
    default = 1
    cfg = 2
    flush_line = yes
  }} }}
  plugins {{ vici {{ socket = {self._vici} }} }}
}}
"""
        )

    def _copy(self, name):
        path = self._folder / name
        shutil.copy(_PROGRAMS[name], path)
        return path

    def _environment(self):
        return dict(
            os.environ,
            STRONGSWAN_CONF=str(self._folder / "strongswan.conf"),
            SWANCTL_DIR=str(self._folder),
        )

    def __enter__(self):
        with open(self.log.with_suffix(".out"), "a", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                self._namespace.command(str(self._daemon)),
                env=self._environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )
        try:
            until(lambda: self._swanctl("--stats").returncode == 0, 60, "charon answers")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def connect(self, peer, local, remote, proposals, name="peer", port=848, more="", secrets=()):
        """Loads one connection. `local` and `remote` are the lines inside of their sections.

        `secrets` are pairs of identities and a pre-shared key in hexadecimal digits.
        """
        keys = "".join(
            f"  ike-{number} {{ secret = 0x{key}\n"
            + "".join(f"    id-{i} = {identity}\n" for i, identity in enumerate(identities))
            + "  }\n"
            for number, (identities, key) in enumerate(secrets)
        )
        path = self._folder / "swanctl.conf"
        path.write_text(
            f"""connections {{ {name} {{
  version = 1
  local_addrs = {self._address}
  remote_addrs = {peer}
  remote_port = {port}
  proposals = {proposals}
  dpd_delay = 0
  {more}
  local {{ {local} }}
  remote {{ {remote} }}
  children {{ none {{ mode = tunnel }} }}
}} }}
secrets {{
{keys}}}
"""
        )
        path.chmod(0o600)
        done = self._swanctl("--load-all", "--file", str(path))
        assert done.returncode == 0, done.stdout + done.stderr

    def trust(self, authority, credential=None, revocations=None):
        """Puts certificates where `connect` finds them; a credential as `own.pem`."""
        self._put(authority.certificate, "x509ca/ca.pem")
        if credential:
            self._put(credential.certificate, "x509/own.pem")
            self._put(credential.key, "private/own.key")
        if revocations:
            self._put(revocations, "x509crl/ca.crl")

    def _put(self, source, name):
        target = self._folder / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copy(source, target)

    def initiate(self, name="peer", seconds=30):
        """Begins Phase 1 and nothing more. Whether it came about in that time; if not, charon may still go on."""
        return self._swanctl("--initiate", "--ike", name, "--timeout", str(seconds)).returncode == 0

    def is_kept_out(self, name="peer"):
        """Begins Phase 1. Whether it has not come about after three tries of a message (at 0, 1 and 2.8 s)."""
        return not self.initiate(name, seconds=5)

    def terminate(self, name="peer"):
        """Deletes the SA."""
        return self._swanctl("--terminate", "--ike", name, "--timeout", "5").returncode == 0

    def kill(self):
        """Ends it without a word to its peer."""
        self._process.kill()
        self._process.wait()

    def said(self, text, times=1):
        """Whether the log holds the text so often."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(text) >= times

    def wait_until_said(self, text, times=1, seconds=40):
        until(lambda: self.said(text, times), seconds, f'charon says "{text}", {times} (see {self.log})')

    def _swanctl(self, *words):
        return subprocess.run(
            [str(self._control), *words, "--uri", self._vici],
            env=self._environment(), capture_output=True, text=True, timeout=60, check=False,
        )


def version():
    """As the package calls itself, for the log of a run."""
    words = ["dpkg-query", "-W", "-f", "${Version}", "charon-systemd"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def is_installed():
    return all(Path(program).exists() for program in _PROGRAMS.values())
