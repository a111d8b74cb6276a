# SPDX-License-Identifier: Apache-2.0
"""Keeps the SPI and IV of every ESP packet that leaves a site, and finds those that come twice.

Under one key no IV may ever repeat (RFC 4106, section 2), whoever sends it and whatever restarts in
between. A repeated pair here is a packet whose plaintext can be computed, so one is too many.
"""

import os
import selectors
import struct
import threading
import time

from .capture import PacketSocket

_ETHERNET = 14
_SPI_AND_SEQUENCE = 8
_IV = 8
_KEPT = 20


class IvLedger:
    """Watches the WAN links of all sites from `start` to `stop`; each packet is written once, where it leaves.

    `last_sent`: when, in seconds since the epoch, the last packet under an SPI was seen.
    """

    def __init__(self, plan):
        self._links = [
            # seen where it comes to the core: what our software switch sends is not seen at its own port
            (link.interface_b, site.prefix)
            for site in plan.sites
            for link in plan.site_links
            if link.a == site.switch
        ]
        self._pairs = set()
        self._sockets = []
        self.repeated = []
        self.last_sent = {}
        self.packets = 0
        self.frames_lost = 0
        self._wake_read, self._wake_write = os.pipe()
        self._reader = threading.Thread(target=self._read_all, name="iv-ledger", daemon=True)

    def start(self):
        self._sockets = [
            PacketSocket(interface, f"ip proto 50 and src net {prefix}", buffer=64 << 20)
            for interface, prefix in self._links
        ]
        self._reader.start()

    def stop(self):
        """Ends the captures. Returns sentences; empty if no pair came twice and no frame was missed."""
        os.write(self._wake_write, b".")
        self._reader.join()
        for opened in self._sockets:
            self.frames_lost += opened.dropped
            opened.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        problems = [f"SPI and IV came twice: {pair}" for pair in self.repeated[:_KEPT]]
        if self.frames_lost:
            problems.append(f"the captures lost {self.frames_lost} frames: the ledger is worth nothing")
        return problems

    @property
    def spis(self):
        """Keys that something was sent under."""
        return {pair[:4] for pair in self._pairs}

    def take(self, frame):
        """Enters one Ethernet frame with an IPv4 packet of ESP."""
        self.packets += 1
        esp = _ETHERNET + (frame[_ETHERNET] & 15) * 4
        (spi,) = struct.unpack_from("!I", frame, esp)
        self.last_sent[f"0x{spi:08x}"] = time.time()
        iv = frame[esp + _SPI_AND_SEQUENCE : esp + _SPI_AND_SEQUENCE + _IV]
        pair = frame[esp : esp + 4] + iv
        if pair in self._pairs:
            self.repeated.append(f"0x{spi:08x} {iv.hex()}")
        self._pairs.add(pair)

    def _read_all(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ, None)
            for opened in self._sockets:
                selector.register(opened, selectors.EVENT_READ, opened)
            while True:
                ready = [key.data for key, _ in selector.select()]
                for opened in self._sockets if None in ready else ready:
                    for frame, _ in opened.read():
                        self.take(frame)
                if None in ready:
                    return
