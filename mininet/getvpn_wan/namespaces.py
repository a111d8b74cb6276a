# SPDX-License-Identifier: Apache-2.0
"""Network namespaces: enter one, open a socket in one, name the ones that Mininet made."""

import ctypes
import os
import socket
import subprocess
from contextlib import contextmanager

_CLONE_NEWNET = 0x40000000
_FOLDER = "/run/netns"
_libc = ctypes.CDLL(None, use_errno=True)


def _set(descriptor):
    if _libc.setns(descriptor, _CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Namespace:
    """A named network namespace, as `ip netns` shows it."""

    def __init__(self, name):
        self.name = name

    @property
    def path(self):
        return f"{_FOLDER}/{self.name}"

    def exists(self):
        return os.path.exists(self.path)

    def create(self):
        subprocess.run(["ip", "netns", "add", self.name], check=True)

    def attach(self, pid):
        """Gives the namespace of a running process this name."""
        subprocess.run(["ip", "netns", "attach", self.name, str(pid)], check=True)

    def delete(self):
        """Takes the name away; the namespace itself ends with its last process."""
        if self.exists():
            subprocess.run(["ip", "netns", "delete", self.name], check=True)

    def enter(self):
        """Moves the calling thread, and what it starts from now on, into this namespace."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            _set(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def inside(self):
        """For the calling thread and the body of the `with` only. Sockets made there stay there."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self.enter()
            try:
                yield
            finally:
                _set(before)
        finally:
            os.close(before)

    def socket(self, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        """A socket whose network is this namespace, usable from any other."""
        with self.inside():
            return socket.socket(family, kind, protocol)

    def command(self, *words):
        """The command line that runs `words` in this namespace."""
        return ["nsenter", f"--net={self.path}", *words]
