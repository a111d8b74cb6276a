# SPDX-License-Identifier: Apache-2.0
"""`getvpn-gm` with `attachment: switch` as a Mininet switch: a P4 switch with the group member inside."""

import subprocess

from mininet.node import Switch

from .pipeline import Pipeline
from .plan import MEMBER_PORT
from .wait import until


class SoftwareSwitch(Switch):
    """One process is switch and member; its control address is at the other end of a cable into its member port.

    That cable has both ends here, in the switches' namespace. The process registers from there, by a
    routing table of its own for its address: several such members may live beside each other.
    """

    def __init__(self, name, plan, run, site, **more):
        super().__init__(name, **more)
        self._plan = plan
        self._site = site
        self.pipeline = Pipeline(plan, run, site)

    def add_member_cable(self):
        """Before the first start."""
        outside, inside = self._site.member_interface, f"{self.name}-eth{MEMBER_PORT}"
        table = str(1000 + self._site.number)
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        for interface in (outside, inside):
            # what leaves by a switch in userspace must be complete
            subprocess.run(
                ["ethtool", "-K", interface, "tx", "off", "rx", "off", "tso", "off", "gso", "off", "gro", "off"],
                check=True, capture_output=True,
            )
            _ip("link", "set", interface, "up")
        # an address is answered for where it is, not at every port of the switch
        for where, name, value in (
            ("all", "arp_ignore", "1"),
            ("all", "rp_filter", "0"),
            (outside, "rp_filter", "0"),
        ):
            _knob(f"/proc/sys/net/ipv4/conf/{where}/{name}", value)
        _knob(f"/proc/sys/net/ipv4/neigh/{outside}/base_reachable_time_ms", "3600000")
        _ip("addr", "add", f"{self._site.member_address}/24", "dev", outside)
        _ip("route", "add", "default", "via", self._site.gateway, "dev", outside, "table", table)
        _ip("rule", "add", "from", self._site.member_address, "lookup", table)

    def start(self, controllers):
        """Starts the process; returns when it serves P4Runtime. `controllers` is not needed."""
        self.pipeline.start()
        port = self._plan.p4runtime_address(self.name).rsplit(":", 1)[1]
        until(lambda: _listens(port), 30, f"{self.name} serves P4Runtime, see {self.pipeline.log}")

    def kill(self):
        """`kill -9`, and no supervisor starts it again: program, entries and keys are gone."""
        self.pipeline.kill_for_good()

    def stop(self, deleteIntfs=True):
        self.pipeline.stop()
        subprocess.run(["ip", "link", "delete", self._site.member_interface], check=False, capture_output=True)
        super().stop(deleteIntfs)


def _ip(*words):
    subprocess.run(["ip", *words], check=True)


def _knob(path, value):
    with open(path, "w", encoding="ascii") as knob:
        knob.write(value)


def _listens(port):
    answer = subprocess.run(["ss", "-Hltn", f"sport = :{port}"], check=True, capture_output=True, text=True)
    return answer.stdout.strip()
