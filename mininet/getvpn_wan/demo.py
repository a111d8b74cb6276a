# SPDX-License-Identifier: Apache-2.0
"""`sudo ./getvpn demo`: the product at work, its faults provoked, and a table of what came of it."""

import argparse
import sys
import time
import traceback

from .background import Background
from .deployment import Deployment
from .facts import Facts
from .run_directory import RunDirectory
from .traffic import Iperf, Ping, ping_all
from .wait import until

_KEEP_TEXT = """
It is still running. Try, in another terminal or this one:

  sudo ./getvpn exec h1 ping 10.3.0.10               a host of site 1 pings one of site 3
  sudo ./getvpn exec wan tcpdump -ni s1-eth3         what a sniffer on a WAN link sees
  sudo ./getvpn cli getvpn:members                   who is in the group
  sudo ./getvpn rest getvpn/v1/groups/blue/sas       keys by SPI and stage, never a key
  sudo ./getvpn rest getvpn/v1/groups/blue/rekey --request POST
  sudo ./getvpn gm-status --socket {run}/gm1.sock
  sudo ./getvpn exec wan ovs-ofctl -O OpenFlow13 dump-flows s1
  sudo ./getvpn stop                                 end it; nothing is left behind
"""


class Demo:
    """The acts of the demo, in order. Each records its facts; a failed one does not stop the next."""

    def __init__(self, lab, say):
        self._lab = lab
        self._plan = lab.plan
        self._say = say
        self._detector = None
        self.facts = Facts()
        self.problems = []

    def run(self):
        """Plays all acts. The detector listens from before the first switch has a controller."""
        self._detector = self._lab.detector("demo")
        self._detector.start()
        try:
            if self._act(self.bring_up):
                for act in (self.ping, self.rekey, self.kill, self.heal, self.throughput):
                    self._act(act)
        finally:
            self._conclude()

    def bring_up(self):
        """ONOS, its rules on the switches, then the members."""
        self._say("Starting ONOS and the switches")
        self._lab.start_onos()
        self._say("Configuring groups and sites; waiting until the rules stand on every switch")
        self._lab.configure()
        self._say("Starting the pipelines; waiting until they are registered")
        try:
            self._lab.start_pipelines()
        finally:
            self.facts.members_registered = len(self._lab.onos.members())

    def ping(self):
        self._say("Pinging from every host to every other")
        results = ping_all(self._lab.run, self._plan)
        self.facts.pings_sent = sum(result.sent for result in results.values())
        self.facts.pings_lost = sum(result.lost for result in results.values())

    def rekey(self):
        """Forces a rekey while every site sends; ends when the old key is gone."""
        self._say("Rekeying under traffic")
        onos = self._lab.onos
        pings = [self._ping(1, 2), self._ping(2, 3), self._ping(3, 1)]
        for ping in pings:
            ping.wait_for_replies(10, 10)
        before = set(onos.sas())
        new = onos.rekey()
        until(lambda: onos.sas().get(new) == "SENDABLE", 40, "new key in use", every=0.2)
        until(lambda: not before & set(onos.sas()), 40, "old key gone", every=0.2)
        for ping in pings:
            ping.wait_for_replies(10, 10)
        self.facts.rekey_packets_lost = sum(ping.stop().lost for ping in pings)

    def kill(self):
        """Kills the pipeline of site 1 while h1 sends; its supervisor starts it again."""
        self._say("Killing a pipeline under traffic")
        with self._ping(1, 2) as ping:
            ping.wait_for_replies(10, 10)
            leaked = self._detector.clear_text
            self._lab.pipelines[1].kill()
            killed = time.time()
            recovered = until(
                lambda: ping.result_so_far().recovered_at(killed), 60, "pings after the kill", every=0.2
            )
            ping.stop()
        self.facts.kill_leaked_packets = self._detector.clear_text - leaked
        self.facts.kill_recovery_s = round(recovered - killed, 2)

    def heal(self):
        """Deletes every rule of an edge switch; ends when they are all there again."""
        self._say("Deleting all rules of switch s1 behind ONOS's back")
        site = self._plan.site(1)
        switches = self._lab.switches
        before = switches.flows(site.switch)
        switches.delete_flows(site.switch)
        begin = time.monotonic()
        until(lambda: switches.flows(site.switch) == before, 60, "the same rules on s1", every=0.1)
        until(lambda: self._lab.onos.site_is_as_desired(site), 60, "ONOS's read-back of s1", every=0.1)
        self.facts.heal_s = round(time.monotonic() - begin, 2)

    def throughput(self):
        self._say("Measuring throughput")
        one, other = self._plan.site(1), self._plan.site(3)
        iperf = Iperf(self._lab.run, other.host, other.host_address, one.host)
        self.facts.throughput_mbit_s = round(iperf.megabits_per_second(), 1)

    def _conclude(self):
        verdict = self._detector.stop()
        self.facts.wan_esp_packets = verdict.esp_frames
        self.facts.wan_cleartext_packets = verdict.clear_text
        self.facts.addresses_preserved = verdict.addresses_preserved
        self.problems += verdict.problems

    def _ping(self, one, other):
        site, peer = self._plan.site(one), self._plan.site(other)
        return Ping(self._lab.run, site.host, peer.host_address, interval=0.1)

    def _act(self, act):
        try:
            act()
            return True
        except (OSError, AssertionError, KeyError, ValueError, TypeError) as error:
            with open(self._lab.run.log("demo"), "a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
            self.problems.append(f"{act.__name__}: {error}")
            return False


def _timed(begin):
    def say(text):
        print(f"[{time.monotonic() - begin:4.0f} s] {text}", flush=True)

    return say


def _play(arguments, run, background):
    begin = time.monotonic()
    say = _timed(begin)
    lab = Deployment(run=run)
    sites = len(lab.plan.sites)
    try:
        say("Laying cables: 3 sites, 4 core switches, 8 network namespaces")
        lab.build()
        demo = Demo(lab, say)
        demo.run()
        ok = demo.facts.ok(sites, demo.problems)
        if arguments.json:
            demo.facts.write_json(arguments.json, ok)
        print("\n" + demo.facts.table(sites))
        for problem in demo.problems:
            print(f"  BAD  {problem}")
        print(_memory(lab))
        if not ok:
            print(f"\nNot all is as it should be. The logs are in {run.path / 'logs'} and {lab.onos.log}")
        if arguments.keep:
            print(_KEEP_TEXT.format(run=run.path))
            background.detach(0 if ok else 1)
        return 0 if ok else 1
    finally:
        if not arguments.keep:
            say("Taking everything down")
        lab.stop()


def _memory(lab):
    try:
        members = max(pipeline.resident_mebibytes for pipeline in lab.pipelines.values())
        return f"Resident memory: ONOS {lab.onos.resident_mebibytes:.0f} MiB, a pipeline {members:.0f} MiB"
    except (OSError, AttributeError, TypeError):
        return "Resident memory: not all of them run"


def main():
    parser = argparse.ArgumentParser(prog="getvpn demo")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    run = RunDirectory()
    background = Background(run.file("lab.pid"), run.log("kept"))
    return background.run(lambda: _play(arguments, run, background))


if __name__ == "__main__":
    sys.exit(main())
