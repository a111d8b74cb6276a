# SPDX-License-Identifier: Apache-2.0
"""What stands in the middle of a link and decides about each frame."""

import contextlib
import random
import socket
import subprocess
import threading

from getvpn_wan.frames import Packet

_ETH_P_ALL = 3
_PACKET_OUTGOING = 4
_SO_RCVBUFFORCE = 33
_BUFFER = 16 << 20


class Carrier:
    """Two interfaces of a namespace: what comes by the one goes out by the other.

    `fates`: for each of the two interfaces a function that is given each frame that comes by it, and returns the
    list of frames that go on in its place. Each has a thread of its own.
    """

    def __init__(self, namespace, fates):
        self._namespace = namespace
        self._fates = fates
        self._sockets = {}
        self._ending = threading.Event()
        self._threads = []

    def start(self):
        """Both interfaces are there and up."""
        for name in self._fates:
            opened = self._namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self._sockets[name] = opened
            opened.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
            opened.bind((name, _ETH_P_ALL))
            opened.settimeout(0.2)
        one, other = self._fates
        for way in ((one, other), (other, one)):
            thread = threading.Thread(target=self._carry, args=way, name=f"carrier-{way[0]}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def send(self, interface, frame):
        """Puts a frame on one of the two."""
        self._sockets[interface].send(frame)

    def stop(self):
        self._ending.set()
        for thread in self._threads:
            thread.join()
        for opened in self._sockets.values():
            opened.close()

    def _carry(self, source, target):
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                frame, address = self._sockets[source].recvfrom(2048)
                if address[2] != _PACKET_OUTGOING:
                    for passed in self._fates[source](frame):
                        self._sockets[target].send(passed)


class Disorder:
    """A fate for ESP: one frame in `one_in` is lost, as many come twice, as many behind some that were sent later.

    Everything else passes. `lost`, `twice` and `late` count.
    """

    def __init__(self, seed, one_in=50, longest_wait=20):
        self._random = random.Random(seed)
        self._one_in = one_in
        self._longest_wait = longest_wait
        self._waiting = []
        self.lost = self.twice = self.late = 0

    @property
    def waiting(self):
        """How many are held back and have not gone on yet."""
        return len(self._waiting)

    def __call__(self, frame):
        if not is_esp(frame):
            return [frame]
        passed = self._of_this(frame)
        self._waiting = [(left - 1, one) for left, one in self._waiting]
        passed += [one for left, one in self._waiting if left < 0]
        self._waiting = [(left, one) for left, one in self._waiting if left >= 0]
        return passed

    def _of_this(self, frame):
        dice = self._random.randrange(self._one_in)
        if dice == 0:
            self.lost += 1
            return []
        if dice == 1:
            self.twice += 1
            return [frame, frame]
        if dice == 2:
            self.late += 1
            self._waiting.append((self._random.randint(1, self._longest_wait), frame))
            return []
        return [frame]


def is_esp(frame):
    """Whether an Ethernet frame carries ESP right behind its IPv4 or IPv6 header."""
    packet = Packet.of(frame)
    return packet is not None and packet.protocol == socket.IPPROTO_ESP


def complete_checksums(namespace, interface):
    """At an end of the link: a frame that is read in the middle has to have its checksum already."""
    words = namespace.command("ethtool", "-K", interface, "tx", "off")
    subprocess.run(words, check=True, capture_output=True)
