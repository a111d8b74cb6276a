# SPDX-License-Identifier: Apache-2.0
"""Packet sockets with a filter in the kernel: exact counts without reading, and frames to read.

A filter is written as tcpdump writes it and compiled by tcpdump. The kernel counts each frame that
passes the filter of a socket, also those it cannot queue, so counting costs nothing here.
"""

import ctypes
import errno
import functools
import socket
import struct
import subprocess

from .wait import for_seconds

_ETH_P_ALL = 0x0003
_SOL_PACKET, _PACKET_STATISTICS, _PACKET_AUXDATA = 263, 6, 8
_SO_ATTACH_FILTER, _SO_RCVBUFFORCE = 26, 33
_VLAN_TAGGED = 1 << 4
# load a random number, keep its low bits, go on if they are all zero, else refuse the frame
_RANDOM = 0xFFFFF000 + 56


@functools.lru_cache
def _compiled(expression, interface):
    lines = subprocess.run(
        ["tcpdump", "-i", interface, "-ddd", expression], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    return tuple(tuple(map(int, line.split())) for line in lines[1:])


def _one_of(power_of_two):
    return ((0x20, 0, 0, _RANDOM), (0x54, 0, 0, power_of_two - 1), (0x15, 1, 0, 0), (0x06, 0, 0, 0))


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class PacketSocket:
    """Every frame of one interface, both directions, that passes a filter.

    `one_of`: let only one of so many frames (a power of two) through, chosen by the kernel's dice.
    `buffer`: octets that may wait for the reader.
    """

    def __init__(self, interface, expression, one_of=1, buffer=8 << 20):
        self.interface = interface
        self._passed = self._dropped = 0
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._attach((_one_of(one_of) if one_of > 1 else ()) + _compiled(expression, interface))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, buffer)
        self._socket.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
        self._socket.setblocking(False)
        # bound last, so that no frame gets in before the filter stands
        self._socket.bind((interface, _ETH_P_ALL))
        self._statistics()
        self._passed = self._dropped = 0

    def refuse_all(self):
        """From now on no frame passes the filter."""
        self._attach(((0x06, 0, 0, 0),))

    def _attach(self, instructions):
        code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
        octets = ctypes.create_string_buffer(code, len(code))
        program = _Program(len(instructions), ctypes.addressof(octets))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(program))

    def _statistics(self):
        answer = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        passed, dropped = struct.unpack("=II", answer)
        self._passed += passed
        self._dropped += dropped

    @property
    def passed(self):
        """Frames that passed the filter, those that found no room in the buffer included."""
        self._statistics()
        return self._passed

    @property
    def dropped(self):
        """Frames that passed the filter and were lost before they could be read."""
        self._statistics()
        return self._dropped

    def fileno(self):
        return self._socket.fileno()

    def read(self):
        """Yields what waits: (frame, VLAN tag that the kernel took off it: protocol and control information, or 0)."""
        while True:
            try:
                frame, ancillary, _, _ = self._socket.recvmsg(65600, 64)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENETDOWN:  # said once when a link goes down; it may come back
                    return
                raise
            yield frame, next(
                (_tag(data) for level, kind, data in ancillary if level == _SOL_PACKET and kind == _PACKET_AUXDATA), 0
            )

    def close(self):
        self._socket.close()


def _tag(auxdata):
    status, information, protocol = struct.unpack("=I12xHH", auxdata)
    return protocol << 16 | information if status & _VLAN_TAGGED else 0


class FrameSender:
    """Puts frames on an interface, past every stack; `pause` seconds apart, because bmv2 loses of a burst."""

    def __init__(self, interface, pause=0):
        self._pause = pause
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._socket.bind((interface, 0))

    def send(self, frame):
        self._socket.send(frame)
        if self._pause:
            for_seconds(self._pause)

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
