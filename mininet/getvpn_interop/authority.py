# SPDX-License-Identifier: Apache-2.0
"""A certification authority of one test run, made by OpenSSL."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_KEYS = {
    "rsa": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "p256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
}


@dataclass(frozen=True)
class Credential:
    """A certificate with its key, PEM files; `name` is the subject as RFC 2253 writes it."""

    certificate: Path
    key: Path
    common_name: str

    @property
    def name(self):
        return f"CN={self.common_name},OU=WAN,O=GET VPN interop"


class Authority:
    """Issues certificates under /O=GET VPN interop/OU=WAN and revokes them."""

    def __init__(self, folder):
        self._folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        (folder / "index.txt").write_text("")
        (folder / "serial").write_text("1000\n")
        (folder / "crlnumber").write_text("01\n")
        (folder / "ca.cnf").write_text(_CONFIGURATION)
        self._make_key("rsa", self._key)
        self._openssl(
            "req", "-x509", "-key", self._key, "-out", self.certificate, "-days", "30",
            "-subj", "/O=GET VPN interop/CN=authority", "-config", "ca.cnf", "-extensions", "authority",
        )

    def issue(self, common_name, kind="rsa", dns=None, expired=False):
        """A certificate for a key of that kind; an expired one ended on 2 January 2020."""
        stem = f"{common_name}-{kind}" + ("-expired" if expired else "")
        made = Credential(self._folder / f"{stem}.pem", self._folder / f"{stem}.key", common_name)
        self._make_key(kind, made.key)
        request = self._folder / f"{stem}.csr"
        subject = f"/O=GET VPN interop/OU=WAN/CN={common_name}"
        self._openssl("req", "-new", "-key", made.key, "-out", request, "-subj", subject, "-config", "ca.cnf")
        extensions = self._folder / f"{stem}.ext"
        extensions.write_text(
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            f"subjectAltName=DNS:{dns or common_name + '.interop.test'}\n"
        )
        period = (
            ("-startdate", "20200101000000Z", "-enddate", "20200102000000Z") if expired else ("-days", "10")
        )
        self._openssl(
            "ca", "-config", "ca.cnf", "-batch", "-notext", "-in", request, "-out", made.certificate,
            "-extfile", extensions, *period,
        )
        return made

    def revoke(self, credential):
        self._openssl("ca", "-config", "ca.cnf", "-revoke", credential.certificate)

    def revocations(self):
        """The list of what was revoked so far, in a new file."""
        number = (self._folder / "crlnumber").read_text().strip()
        path = self._folder / f"crl-{number}.pem"
        self._openssl("ca", "-config", "ca.cnf", "-gencrl", "-crldays", "7", "-out", path)
        return path

    def _make_key(self, kind, path):
        self._openssl("genpkey", *_KEYS[kind], "-out", path)
        path.chmod(0o600)

    def _openssl(self, *words):
        done = subprocess.run(
            ["openssl", *map(str, words)], cwd=self._folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"openssl {words}: {done.stderr}"


_CONFIGURATION = """\
[ req ]
distinguished_name = name
[ name ]
[ authority ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ ca ]
default_ca = authority_files
[ authority_files ]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
unique_subject = no
[ any ]
organizationName = supplied
organizationalUnitName = supplied
commonName = supplied
"""
