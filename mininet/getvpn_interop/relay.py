# SPDX-License-Identifier: Apache-2.0
"""A bad network between key server and member: what becomes of each rekey message is the scenario's to say."""

import subprocess

from .cable import ADDRESSES, Cable
from .carrier import Carrier, complete_checksums

_ETHERNET = 14
_UDP, _UDP_HEADER = 17, 8
_GDOI = 848
_NON_ESP_MARKER = bytes(4)
_EXCHANGE_TYPE, _GROUPKEY_PUSH = 18, 33


class Relay(Cable):
    """A cable with a third namespace in the middle of it.

    Frames pass as they are, except those with a GROUPKEY-PUSH: in their place goes what
    `fate(number, frame)` returns, a list of frames. Numbers count from 1.
    """

    def __init__(self, run, fate):
        super().__init__(run)
        self._ends["relay"] = run.namespace("interop-relay")
        self._fate = fate
        self._carrier = Carrier(self._ends["relay"], dict.fromkeys(ADDRESSES, self._passed))
        self.pushes = 0

    def __exit__(self, *_):
        self._carrier.stop()
        super().__exit__()

    def _connect(self):
        for name in ADDRESSES:
            self._lead(name)
        self._carrier.start()

    def _lead(self, name):
        """From one end to the middle."""
        end, middle = self.end(name), self.end("relay")
        _run("ip", "link", "add", "eth0", "netns", end.name, "type", "veth", "peer", "name", name, "netns", middle.name)
        _run("ip", "-n", end.name, "address", "add", f"{ADDRESSES[name]}/24", "dev", "eth0")
        complete_checksums(end, "eth0")
        for namespace, interface in ((end, "lo"), (end, "eth0"), (middle, name)):
            _run("ip", "-n", namespace.name, "link", "set", interface, "up")

    def _passed(self, frame):
        if not is_push(frame):
            return [frame]
        self.pushes += 1
        return self._fate(self.pushes, frame)


def is_push(frame):
    """Whether an Ethernet frame carries a GROUPKEY-PUSH from a key server."""
    if frame[12:14] != b"\x08\x00" or frame[_ETHERNET + 9] != _UDP:
        return False
    udp = frame[_ETHERNET + 4 * (frame[_ETHERNET] & 15) :]
    message = udp[_UDP_HEADER:].removeprefix(_NON_ESP_MARKER)
    from_key_server = int.from_bytes(udp[:2], "big") == _GDOI
    return from_key_server and message[_EXCHANGE_TYPE : _EXCHANGE_TYPE + 1] == bytes((_GROUPKEY_PUSH,))


def _run(*words):
    subprocess.run(words, check=True, capture_output=True)
