# SPDX-License-Identifier: Apache-2.0
"""What the demo found out: as a table for a person, as JSON for a program, and whether it is all good."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Optional


@dataclass
class Facts:
    """None: the demo did not get that far. Times in seconds, throughput in Mbit/s."""

    members_registered: int = 0
    pings_sent: int = 0
    pings_lost: Optional[int] = None
    wan_esp_packets: int = 0
    wan_cleartext_packets: Optional[int] = None
    addresses_preserved: bool = False
    rekey_packets_lost: Optional[int] = None
    kill_leaked_packets: Optional[int] = None
    kill_recovery_s: Optional[float] = None
    heal_s: Optional[float] = None
    throughput_mbit_s: Optional[float] = None

    def judge(self, sites):
        """One entry per fact: what it is called, how it reads, whether it is as it should be."""
        return [
            (
                "Members registered",
                f"{self.members_registered} of {sites}",
                self.members_registered == sites,
            ),
            (
                "Any-to-any ping between the sites' hosts",
                f"{self.pings_sent} sent, {_number(self.pings_lost)} lost",
                self.pings_sent > 0 and self.pings_lost == 0,
            ),
            (
                "ESP packets on the WAN links",
                f"{self.wan_esp_packets}",
                self.wan_esp_packets > 0,
            ),
            (
                "  their outer addresses are the end hosts'",
                "yes" if self.addresses_preserved else "no",
                self.addresses_preserved,
            ),
            (
                "  clear-text packets on the WAN links",
                _number(self.wan_cleartext_packets),
                self.wan_cleartext_packets == 0,
            ),
            (
                "Rekey forced under traffic",
                f"{_number(self.rekey_packets_lost)} packets lost",
                self.rekey_packets_lost == 0,
            ),
            (
                "Pipeline killed under traffic",
                f"{_number(self.kill_leaked_packets)} packets leaked, back after {_seconds(self.kill_recovery_s)}",
                self.kill_leaked_packets == 0 and self.kill_recovery_s is not None,
            ),
            (
                "All rules of a switch deleted behind ONOS's back",
                f"healed in {_seconds(self.heal_s)}",
                self.heal_s is not None,
            ),
            (
                "Throughput, one TCP stream",
                f"{_number(self.throughput_mbit_s)} Mbit/s",
                bool(self.throughput_mbit_s),
            ),
        ]

    def ok(self, sites, problems=()):
        return not problems and all(good for _, _, good in self.judge(sites))

    def table(self, sites):
        rows = self.judge(sites)
        wide = max(len(name) for name, _, _ in rows)
        value = max(len(text) for _, text, _ in rows)
        line = "+" + "-" * (wide + 2) + "+" + "-" * (value + 2) + "+-----+"
        body = [
            f"| {name:<{wide}} | {text:<{value}} | {'ok ' if good else 'BAD'} |" for name, text, good in rows
        ]
        return "\n".join([line, *body, line])

    def write_json(self, path, ok):
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**asdict(self), "ok": ok}, file, indent=2)
            file.write("\n")


FACT_NAMES = [field.name for field in fields(Facts)] + ["ok"]


def _number(value):
    return "?" if value is None else str(value)


def _seconds(value):
    return "? s" if value is None else f"{value:.1f} s"
