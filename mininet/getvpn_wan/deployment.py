# SPDX-License-Identifier: Apache-2.0
"""A lab with everything in it: ONOS with the application, and a pipeline at every site."""

from .lab import Lab
from .onos import Onos
from .open_vswitch import strict_match
from .p4runtime import OtherController
from .pipeline import Pipeline
from .run_directory import tail
from .wait import for_seconds, until


class Deployment(Lab):
    """Brought up in steps, so that a scenario can look between them; ended as a whole."""

    def __init__(self, plan=None, run=None):
        super().__init__(plan, run)
        self.onos = None
        self.pipelines = {}

    def build(self):
        super().build()
        self.onos = Onos(self.plan, self.run)
        self.pipelines = {site.number: self._pipeline(site) for site in self.plan.sites}

    def _pipeline(self, site):
        """The member in the switch, or one of its own."""
        if site.switch in self.plan.software:
            return self.wan.node(site.switch).pipeline
        return Pipeline(self.plan, self.run, site)

    def start_onos(self):
        """Switches and ONOS; returns when ONOS sees all switches and links."""
        self.wan.start()
        self.onos.start()
        if self.plan.p4:
            self.onos.introduce_p4_switches()
        else:
            self.onos.wait_for_switches()

    def configure(self):
        """Posts the configuration; returns when the rules stand on all switches."""
        self.onos.configure()
        self.onos.wait_for_switches()  # a P4 switch lets no probe for links through before it has rules
        self.onos.wait_for_sites()

    def start_pipelines(self):
        """Starts all members; returns when the key server and each of them call them registered."""
        for pipeline in self.pipelines.values():
            pipeline.start()
        self.wait_for_members()

    def wait_for_members(self, seconds=90):
        expected = set(self.plan.members)
        until(lambda: expected <= set(self.onos.members()), seconds, "all members at the key server", 0.3)
        for pipeline in self.pipelines.values():
            pipeline.wait_until_registered(seconds)

    def bring_up(self):
        self.start_onos()
        self.configure()
        self.start_pipelines()

    def settle(self):
        """Healthy ground for the next scenario: links up, rules as desired, every member in the group, one key."""
        self.onos.wait_for_switches()
        self.onos.wait_for_sites()
        self.wait_for_members()
        until(lambda: len(self.onos.sas()) == 1, 60, "no rollover under way")

    def rules(self, switch):
        """What stands on a switch, without counters, in an order that is always the same."""
        if switch in self.plan.p4:
            with OtherController.of(self.plan, switch) as other:
                return sorted(other.entries())
        return self.switches.flows(switch)

    def delete_rules(self, switch, rules=None):
        """Deletes them behind the controller's back: all, or those that are named."""
        if switch in self.plan.p4:
            with OtherController.of(self.plan, switch) as other:
                other.delete(rules or other.entries())
        elif rules:
            for rule in rules:
                self.switches.delete_flows(switch, strict_match(rule))
        else:
            self.switches.delete_flows(switch)

    def diagnosis(self):
        """Where packets went, and what the key server did last: for the report of a scenario that failed."""
        yield f"Open vSwitch: {self.switches.drops()} lostUnread={self.switches.lost_unread()}"
        for pipeline in self.pipelines.values():
            status = pipeline.status() or {"drops": {}, "teks": "no answer", "counters": {"framesLostUnread": "no answer"}}
            drops = {reason: count for reason, count in status["drops"].items() if count}
            yield f"{pipeline.site.member}: drops={drops} lostUnread={status['counters']['framesLostUnread']} teks={status['teks']}"
            yield from tail(pipeline.log, 12)
        yield "ONOS:"
        yield from tail(self.onos.log, 25)

    @staticmethod
    def wait(condition, seconds, what):
        return until(condition, seconds, what, every=0.2)

    @staticmethod
    def let_traffic_flow(seconds):
        for_seconds(seconds)

    def stop(self):
        try:
            for pipeline in self.pipelines.values():
                pipeline.stop()
            if self.onos:
                self.onos.stop()
        finally:
            super().stop()
