# SPDX-License-Identifier: Apache-2.0
"""A running WAN with its private Open vSwitch in its own namespace: the ground that all scenarios stand on."""

from .leak_detector import LeakDetector
from .network import Wan
from .open_vswitch import OpenVSwitch
from .plan import Plan
from .run_directory import RunDirectory
from .secret_files import SecretFiles


class Lab:
    """Plan, run directory, switches and cables of one run; `with Lab() as lab` takes all of it down again."""

    def __init__(self, plan=None, run=None):
        self.plan = plan or Plan()
        self.run = run or RunDirectory()
        self.secrets = SecretFiles(self.plan, self.run)
        self.switches = None
        self.wan = None

    def build(self):
        """Enters the namespace of the switches; makes nodes, cables and secrets; starts Open vSwitch."""
        namespace = self.run.namespace("wan")
        namespace.create()
        namespace.enter()
        self.secrets.write()
        self.switches = OpenVSwitch(self.run)
        self.switches.start()
        self.wan = Wan(self.plan, self.run)
        self.wan.build()

    def detector(self, name):
        """A leak detector for all WAN links; its frames other than ESP go to `captures/NAME.pcap`."""
        pcap = self.run.folder("captures") / f"{name}.pcap"
        return LeakDetector.of(self.plan, pcap)

    def stop(self):
        """Ends what `build` and `start` made, in the reverse order, whatever of it exists."""
        if self.wan:
            self.wan.stop()
        if self.switches:
            self.switches.stop()
        self.run.forget_namespaces()

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
