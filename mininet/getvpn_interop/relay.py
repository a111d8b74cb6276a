# SPDX-License-Identifier: Apache-2.0
"""A bad network between key server and member: what becomes of each rekey message is the scenario's to say."""

import contextlib
import socket
import subprocess
import threading

from .cable import ADDRESSES, Cable

_ETH_P_ALL = 3
_PACKET_OUTGOING = 4
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
        self._ending = threading.Event()
        self._sockets = {}
        self._threads = []
        self.pushes = 0

    def __exit__(self, *_):
        self._ending.set()
        for thread in self._threads:
            thread.join()
        for opened in self._sockets.values():
            opened.close()
        super().__exit__()

    def _connect(self):
        for name in ADDRESSES:
            self._lead(name)
        for way in (("ks", "gm"), ("gm", "ks")):
            thread = threading.Thread(target=self._carry, args=way, name=f"relay-{way[0]}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def _lead(self, name):
        """From one end to the middle."""
        end, middle = self.end(name), self.end("relay")
        _run("ip", "link", "add", "eth0", "netns", end.name, "type", "veth", "peer", "name", name, "netns", middle.name)
        _run("ip", "-n", end.name, "address", "add", f"{ADDRESSES[name]}/24", "dev", "eth0")
        # a frame that is read in the middle has to have its checksum already
        _run(*end.command("ethtool", "-K", "eth0", "tx", "off"))
        for namespace, interface in ((end, "lo"), (end, "eth0"), (middle, name)):
            _run("ip", "-n", namespace.name, "link", "set", interface, "up")
        opened = middle.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        opened.bind((name, _ETH_P_ALL))
        opened.settimeout(0.2)
        self._sockets[name] = opened

    def _carry(self, source, target):
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                frame, address = self._sockets[source].recvfrom(2048)
                if address[2] != _PACKET_OUTGOING:
                    for passed in self._passed(frame):
                        self._sockets[target].send(passed)

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
