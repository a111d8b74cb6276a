# SPDX-License-Identifier: Apache-2.0
"""A pair of gateways at half of what it carries, with a rekey every half minute, for as long as is wanted.

Five minutes where continuous integration runs it, and a minute and a half elsewhere; GETVPN_SOAK_MINUTES=60 is
the long one.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from getvpn_wan.onos import resident_mebibytes
from getvpn_wan.run_directory import new_key_hex
from getvpn_wan.traffic import Iperf

from . import narrow_group
from .narrow_wan import HOSTS, NARROW

MINUTES = float(os.environ.get("GETVPN_SOAK_MINUTES", "5" if os.environ.get("CI") else "1.5"))
_GROUP = {"tek": {"lifetime": 60}, "activationDelay": 3, "deactivationDelay": 8}
_PAYLOAD = 1300
_LEAST_RATE = 1_000_000  # bit/s


class Record:
    """What was seen of it.

    `sent` and `decrypted`: packets. `spis`: of all keys. `drops`: by both members and each reason. `memory`: resident
    MiB of the larger member, every ten seconds. `registrations`: of each member.
    """

    def __init__(self):
        self.sent = 0
        self.decrypted = 0
        self.spis = set()
        self.drops = {}
        self.memory = []
        self.registrations = []


class Soak:
    """`with` starts it in a thread of its own; left early, it ends within seconds."""

    def __init__(self, run):
        self._run = run
        self._ending = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="soak")
        self._record = None

    def __enter__(self):
        self._record = self._thread.submit(self._soak)
        return self

    def __exit__(self, *_):
        self._ending.set()
        self._thread.shutdown()

    def record(self):
        """Waits for the end."""
        return self._record.result()

    def _soak(self):
        record = Record()
        with narrow_group.started(self._run, new_key_hex(), group=_GROUP, mtu=NARROW) as (_, members):
            iperf = Iperf(self._run, "narrow-h2", HOSTS[2], "narrow-h1")
            full = iperf.datagrams(5, _PAYLOAD, 0)
            rate = int(full["bits_per_second"] * (1 - full["lost_percent"] / 100) / 2)
            if rate <= _LEAST_RATE:
                raise OSError(f"half of what the gateways carry is {rate} bit/s")
            end = time.monotonic() + 60 * MINUTES
            while time.monotonic() < end and not self._ending.is_set():
                record.sent += iperf.datagrams(10, _PAYLOAD, rate)["packets"]
                for member in members:
                    _look(member, record)
                record.memory.append(max(resident_mebibytes(member.pid) for member in members))
            record.decrypted = members[1].status()["counters"]["packetsDecrypted"]
            record.registrations = [member.times("registered with") for member in members]
        return record


def _look(member, record):
    status = member.status()
    record.spis |= {tek["spi"] for tek in status["teks"]}
    for reason, count in status["drops"].items():
        record.drops[reason] = max(record.drops.get(reason, 0), count)
