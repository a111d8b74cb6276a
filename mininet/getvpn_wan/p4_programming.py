# SPDX-License-Identifier: Apache-2.0
"""How fast ONOS programs a P4 switch, and what a new key costs it: a part of `getvpn bench --only p4`.

    python3 -m getvpn_wan.p4_programming ROUNDS FILE

The switch of site 1 is the software switch, which counts the updates of P4Runtime that it did and tells
the sizes of its tables on its status socket: what is measured is what the switch got, not what ONOS sent.
"""

import json
import statistics
import sys
import threading
import time

from .deployment import Deployment
from .plan import Plan
from .run_directory import RunDirectory
from .wait import for_seconds

LINES, PREFIXES = 100, 50
_SITES = ("s1", "s2", "s3")
_SAMPLE_SECONDS = 0.02


class SizesOverTime:
    """The sizes of a switch's tables, sampled; a change of keys does not count."""

    def __init__(self, pipeline):
        self._pipeline = pipeline
        self._samples = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join(10)

    def filled_at(self):
        """The monotonic time from which on no table had fewer entries than it has now."""
        return self._since(lambda sizes, last: all(sizes[table] >= size for table, size in last.items()))

    def settled_at(self):
        """The monotonic time from which on the sizes stayed as they are now: what is not wanted any more is gone too."""
        return self._since(lambda sizes, last: sizes == last)

    def _since(self, holds):
        since, last = self._samples[-1]
        for when, sizes in reversed(self._samples):
            if not holds(sizes, last):
                break
            since = when
        return since

    def steps(self):
        """When the sizes changed, and to what."""
        changes = []
        for when, sizes in self._samples:
            if not changes or changes[-1][1] != sizes:
                changes.append((when, sizes))
        return changes

    def _sample(self):
        while not self._ended.wait(_SAMPLE_SECONDS):
            status = self._pipeline.status()
            if status:
                self._samples.append((time.monotonic(), without_keys(status)))


def without_keys(status):
    """Table sizes without those of SPIs."""
    return {table: size for table, size in status["p4Switch"]["tableEntries"].items() if table != "inbound_spi"}


def large(vpn):
    """Makes a configuration one of 100 policy lines, and of the prefixes of 50 sites, at the sites there are."""
    group = vpn["groups"][0]
    group["policy"] = [
        {"action": "PROTECT", "source": "10.0.0.0/8", "destination": f"10.{100 + line}.0.0/16"}
        for line in range(LINES - 1)
    ] + group["policy"][-1:]
    others = vpn["sites"][1:]
    for number in range(PREFIXES - len(vpn["sites"])):
        others[number % len(others)]["prefixes"].append(f"10.{100 + number}.0.0/24")


class Programming:
    """The measurements, on a lab that is up."""

    def __init__(self, lab):
        self._lab = lab
        self._switch = lab.pipelines[1]
        self.facts = {}

    def run(self, rounds):
        self.facts["writes_per_spi_change_one_line"] = self._writes_per_spi_change()
        filled, settled = [], []
        for number in range(rounds):
            if number:
                self._program(None)
            before = without_keys(self._switch.status())
            sizes, begin = self._program(large)
            after = without_keys(self._switch.status())
            filled.append(round(sizes.filled_at() - begin, 2))
            settled.append(round(sizes.settled_at() - begin, 2))
        self.facts["program_100x50_entries"] = sum(after.values()) - sum(before.values())
        self.facts["writes_per_spi_change"] = self._writes_per_spi_change()
        self.facts["program_100x50_s"] = statistics.median(filled)
        self.facts["program_100x50_rounds_s"] = filled
        self.facts["program_100x50_clean_s"] = statistics.median(settled)

    def _program(self, change):
        """Posts the plan's configuration, or one made of it; returns what the switch did, and from when."""
        with SizesOverTime(self._switch) as sizes:
            begin = time.monotonic()
            self._lab.onos.configure(change=change)
            for_seconds(2)
            self._settle()
            for_seconds(1)
        for when, step in sizes.steps():
            print(f"{when - begin:6.2f} s  {step}", flush=True)
        return sizes, begin

    def _writes_per_spi_change(self):
        """A rekey is two changes: one SPI comes, one goes."""
        onos = self._lab.onos
        self._settle()
        before = self._updates()
        fresh = onos.rekey()
        self._lab.wait(lambda: set(onos.sas()) == {fresh}, 180, "the new key alone")
        onos.wait_for_sites(180)
        return (self._updates() - before) / 2

    def _settle(self):
        """Until entries are as desired and one key is left; of members none is asked for."""
        self._lab.onos.wait_for_switches(180)
        self._lab.onos.wait_for_sites(180)
        self._lab.wait(lambda: len(self._lab.onos.sas()) == 1, 180, "no rollover under way")

    def _updates(self):
        return self._switch.status()["p4Switch"]["counters"]["tableUpdates"]


def main():
    rounds, file = int(sys.argv[1]), sys.argv[2]
    with Deployment(Plan(p4=_SITES, software=_SITES), RunDirectory()) as lab:
        lab.start_onos()
        lab.configure()
        programming = Programming(lab)
        programming.run(rounds)
    with open(file, "w", encoding="utf-8") as out:
        json.dump(programming.facts, out)


if __name__ == "__main__":
    main()
