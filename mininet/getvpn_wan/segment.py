# SPDX-License-Identifier: Apache-2.0
"""GET VPN without SDN: gateways on one Ethernet segment with a key server, no ONOS, no OpenFlow.

    a1 --- gm1 ---+
                  |--- wan (a bridge) --- onos (the key server's node)
    a2 --- gm2 ---+
     ... as many sites as a scenario wants
"""

import contextlib
import subprocess
from dataclasses import dataclass

from .key_server import KeyServer
from .leak_detector import LeakDetector
from .pipeline import Pipeline
from .plan import KEY_SERVER_NODE, Plan, Site
from .run_directory import RunDirectory
from .secret_files import SecretFiles

SITE_SIDE, WAN_SIDE = "site", "wan"
SHARED = 2  # sites whose gateways share the packets among several threads
QUEUES = 2  # of their interfaces towards the WAN, and as many threads
PACKET_SOCKETS = 2  # the site whose gateway has nothing else
JDK_CIPHER = 3  # the site whose gateway encrypts by the JDK, the others by what is fastest here


class GatewayPipeline(Pipeline):
    """A pipeline as a bump in the wire between a site and the WAN."""

    def configuration(self):
        attachment = {"kind": "gateway", "siteInterface": SITE_SIDE, "wanInterface": WAN_SIDE}
        if self.site.number == PACKET_SOCKETS:
            attachment["io"] = "mmsg"  # the others have AF_XDP, where the kernel allows it
        if self.site.number <= SHARED:
            attachment["workers"] = QUEUES
        crypto = "jdk" if self.site.number == JDK_CIPHER else "auto"
        return {**super().configuration(), "attachment": attachment, "crypto": crypto}


@dataclass(frozen=True)
class BridgePort:
    """A link of which one end is in the namespace of the bridge."""

    name: str

    @property
    def ends(self):
        return (self.name,)


class Segment:
    """Sites behind gateways; all addresses are in one network, as a bump in the wire wants it.

    The hosts leave segmentation and checksums to their interfaces, as hosts do.
    """

    def __init__(self, run=None, sites=2, **plan):
        self.plan = Plan(sites=[Site(number, ()) for number in range(1, sites + 1)], **plan)
        self.run = run or RunDirectory()
        self.secrets = SecretFiles(self.plan, self.run)
        self.key_server = KeyServer(self.plan, self.run)
        self.gateways = {}
        self._entered = contextlib.ExitStack()

    @property
    def links(self):
        """The bridge's ports towards the gateways, where a sniffer on the WAN would listen."""
        return [BridgePort(f"to-{site.member}") for site in self.plan.sites]

    def build(self):
        for node in ["wan", KEY_SERVER_NODE, *self._nodes()]:
            namespace = self.run.namespace(node)
            namespace.create()
            self._ip(node, "link", "set", "lo", "up")
            # these nodes have IPv4 alone; a kernel that looks for IPv6 routers would be heard on the WAN
            self._run(node, "sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1")
        self._ip("wan", "link", "add", "segment", "type", "bridge", "mcast_snooping", "0")
        # the bridge itself is no host on the segment and must not speak there
        self._ip("wan", "link", "set", "segment", "multicast", "off", "arp", "off")
        self._ip("wan", "link", "set", "segment", "up")
        for site in self.plan.sites:
            self._cable(site.host, "eth0", site.member, SITE_SIDE)
            queues = QUEUES if site.number <= SHARED else 1
            self._cable("wan", f"to-{site.member}", site.member, WAN_SIDE, queues)
            self._ip("wan", "link", "set", f"to-{site.member}", "master", "segment")
            self._ip(site.host, "addr", "add", f"{site.host_address}/8", "dev", "eth0")
            self._ip(site.member, "addr", "add", f"{site.member_address}/8", "dev", WAN_SIDE)
        self._cable("wan", "to-key-server", KEY_SERVER_NODE, "data")
        self._ip("wan", "link", "set", "to-key-server", "master", "segment")
        for address in self.plan.key_server_addresses:
            self._ip(KEY_SERVER_NODE, "addr", "add", f"{address}/8", "dev", "data")
        self.secrets.write()
        self._entered.enter_context(self.run.namespace("wan").inside())
        self.gateways = {site.number: GatewayPipeline(self.plan, self.run, site) for site in self.plan.sites}

    def detector(self, name):
        pcap = self.run.folder("captures") / f"{name}.pcap"
        plan = self.plan
        return LeakDetector(
            self.links, plan.hosts, plan.key_server_addresses, plan.members, pcap=pcap, segment=True,
            groups=plan.data_groups,
        )

    def stop(self):
        # back to where others have their interfaces
        self._entered.close()
        for gateway in self.gateways.values():
            gateway.stop()
        self.key_server.stop()
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

    def _nodes(self):
        return [name for site in self.plan.sites for name in (site.host, site.member)]

    def _cable(self, a, interface_a, b, interface_b, queues=1):
        there = self.run.namespace(b).name
        both = ("numrxqueues", str(queues), "numtxqueues", str(queues))
        self._ip(
            a, "link", "add", interface_a, *both, "type", "veth", "peer", "name", interface_b, *both, "netns", there
        )
        for node, interface in ((a, interface_a), (b, interface_b)):
            self._ip(node, "link", "set", interface, "up")

    def _ip(self, node, *words):
        self._run(node, "ip", *words)

    def _run(self, node, *words):
        command = self.run.namespace(node).command(*words)
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise OSError(f"{node}: {' '.join(words)}: {done.stderr.strip()}")
