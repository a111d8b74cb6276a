# SPDX-License-Identifier: Apache-2.0
"""Megabytes by TCP across the narrow WAN."""

import random
import socket
import threading

from .narrow_wan import HOSTS

MEBIBYTES = 8
_PORT = 5300


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def transfer(wan, to=HOSTS[2]):
    """Sends megabytes by TCP from h1 to h2. Returns the mean length of the packets on the narrow link."""
    family = family_of(to)
    octets = random.Random(to).randbytes(MEBIBYTES << 20)
    received = bytearray()
    with wan.namespace("h2").socket(family) as listening, wan.namespace("h1").socket(family) as sending:
        listening.settimeout(60)
        listening.bind((to, _PORT))
        listening.listen()

        def receive():
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(60)
                for part in iter(lambda: connection.recv(1 << 16), b""):
                    received.extend(part)

        receiver = threading.Thread(target=receive, daemon=True)
        receiver.start()
        before = wan.carried("r1")
        sending.settimeout(60)
        sending.connect((to, _PORT))
        sending.sendall(octets)
        sending.close()
        receiver.join(60)
    assert len(received) == len(octets), "a black hole"
    assert received == octets
    packets, length = (after - then for after, then in zip(wan.carried("r1"), before))
    return length / packets
