# SPDX-License-Identifier: Apache-2.0
"""Where one run keeps its files, and which namespaces belong to it."""

import os
import pathlib
import secrets
import shutil

from .namespaces import Namespace

ROOT = pathlib.Path(__file__).resolve().parents[2]


class RunDirectory:
    """`run/` of the checkout, or `$GETVPN_RUN`; made with mode 0700, because secrets lie in it.

    `namespaces` in it lists every namespace of this run before it is made, so that `getvpn stop` can
    clean up after a run that was killed.
    """

    def __init__(self, path=None, prefix=None):
        self.path = pathlib.Path(path or os.environ.get("GETVPN_RUN") or ROOT / "run").absolute()
        self.prefix = prefix or os.environ.get("GETVPN_PREFIX") or "getvpn"
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder("logs")

    def folder(self, name):
        path = self.path / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def file(self, name):
        return self.path / name

    def forget(self, *names):
        """Deletes what an earlier lab of this run kept: folders with everything in them."""
        for name in names:
            shutil.rmtree(self.path / name, ignore_errors=True)

    def log(self, name):
        return self.path / "logs" / f"{name}.log"

    def secret(self, name, text):
        """Writes a secret into a new file that only its owner can read, and returns the path."""
        path = self.folder("secrets") / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def namespace(self, node):
        """The namespace of a node, written down as ours."""
        name = f"{self.prefix}-{node}"
        listed = self._listed()
        if name not in listed:
            if Namespace(name).exists():
                raise FileExistsError(
                    f"network namespace {name} belongs to another run: end that one with"
                    " `getvpn stop` in its checkout, or set GETVPN_PREFIX to another name"
                )
            with open(self.file("namespaces"), "a", encoding="ascii") as file:
                file.write(name + "\n")
        return Namespace(name)

    def part(self, name):
        """A run directory inside this one, for what runs beside the rest: no file or namespace of it has a name here."""
        return _Part(self, name)

    def forget_namespaces(self):
        for name in self._listed():
            Namespace(name).delete()
        self.file("namespaces").unlink(missing_ok=True)

    def _listed(self):
        try:
            return self.file("namespaces").read_text(encoding="ascii").split()
        except FileNotFoundError:
            return []


class _Part(RunDirectory):
    """Its namespaces are written down in the whole's list."""

    def __init__(self, whole, name):
        super().__init__(whole.folder(name), whole.prefix)
        self._whole = whole
        self._name = name

    def namespace(self, node):
        return self._whole.namespace(f"{self._name}-{node}")


def new_key_hex(octets=32):
    """Fresh random octets, in hexadecimal digits."""
    return secrets.token_hex(octets)


def tail(path, lines):
    """The last lines of a log, or nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    except FileNotFoundError:
        return []
