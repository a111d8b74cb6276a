# SPDX-License-Identifier: Apache-2.0
"""Two namespaces and the cable between them."""

import subprocess

KEY_SERVER, MEMBER = "192.0.2.1", "192.0.2.2"
ADDRESSES = {"ks": KEY_SERVER, "gm": MEMBER}


class Cable:
    """`with Cable(run)` makes the namespaces `interop-ks` and `interop-gm`; each has one interface `eth0`.

    Cables of other names lie beside it, with the same addresses at their ends.
    """

    def __init__(self, run, name="interop"):
        self._ends = {end: run.namespace(f"{name}-{end}") for end in ADDRESSES}

    def end(self, name):
        """The namespace `ks` or `gm`."""
        return self._ends[name]

    def __enter__(self):
        for end in self._ends.values():
            end.delete()
            end.create()
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _connect(self):
        ks, gm = self._ends["ks"], self._ends["gm"]
        _ip("link", "add", "eth0", "netns", ks.name, "type", "veth", "peer", "name", "eth0", "netns", gm.name)
        for name, end in self._ends.items():
            _ip("-n", end.name, "address", "add", f"{ADDRESSES[name]}/24", "dev", "eth0")
            for interface in ("lo", "eth0"):
                _ip("-n", end.name, "link", "set", interface, "up")

    def __exit__(self, *_):
        for end in self._ends.values():
            end.delete()


def _ip(*words):
    subprocess.run(["ip", *words], check=True)
