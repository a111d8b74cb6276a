# SPDX-License-Identifier: Apache-2.0
"""The Mininet network of a plan: switches, hosts, cables, and the controller's two cables."""

import contextlib
import os
import subprocess
from functools import partial

from mininet.net import Mininet
from mininet.node import Host, OVSSwitch

from .bmv2 import Bmv2Switch
from .plan import HOST_PORT, KEY_SERVER_NODE, MEMBER_PORT
from .software_switch import SoftwareSwitch

_QUEUE = "400ms"

DATA, MANAGEMENT = "data", "management"
_MININET_ROLE = partial(OVSSwitch, datapath="user", protocols="OpenFlow13", failMode="secure")


class Wan:
    """Builds, starts and ends the network. The caller's thread must be in the namespace `wan` of the run.

    Switches come up with `fail_mode=secure` and no rule: nothing passes before a controller says so.
    End hosts have an address and a default route, no more. The node `onos` has two cables: `data` into
    a core switch, with the key server's addresses, and `management` to this namespace, where the
    switches live.
    """

    def __init__(self, plan, run):
        self.plan = plan
        self._run = run
        # Mininet would raise limits of the whole machine here, and leave them raised
        Mininet.inited = True
        self._net = Mininet(
            switch=_MININET_ROLE, controller=None, build=False, waitConnected=False, autoSetMacs=False
        )

    def build(self):
        """Nodes and cables; nothing runs yet, but every interface is there to listen on."""
        self._without_ipv6()
        for switch in self.plan.openflow_switches:
            self._net.addSwitch(switch, dpid=self.plan.dpid(switch))
        if self.plan.p4:  # a second controller, here beside the switches, reaches them by loopback
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        for site in self._software_sites():
            self._net.addSwitch(
                site.switch, cls=SoftwareSwitch, dpid=self.plan.dpid(site.switch),
                plan=self.plan, run=self._run, site=site,
            )
        for switch in self.plan.bmv2:
            self._net.addSwitch(
                switch,
                cls=Bmv2Switch,
                dpid=self.plan.dpid(switch),
                device_id=self.plan.p4_device_id(switch),
                address=self.plan.p4runtime_address(switch),
                log=self._run.log(switch),
            )
        for site in self.plan.sites:
            self._add_host(site.host, f"{site.host_address}/24", site.switch, HOST_PORT)
            if site.switch not in self.plan.software:
                self._add_host(site.member, f"{site.member_address}/24", site.switch, MEMBER_PORT)
        for link in self.plan.wan_links:
            self._net.addLink(link.a, link.b, port1=link.port_a, port2=link.port_b)
        self._add_key_server()
        self._net.build()
        for site in self.plan.sites:
            for node in self._nodes(site):
                self._configure(node, f"{node}-eth0", site.gateway)
            if self.plan.ipv6:
                self._configure_ipv6(site)
        for site in self._software_sites():
            self.node(site.switch).add_member_cable()
        self._configure_key_server()
        for node in [KEY_SERVER_NODE, *self._hosts()]:
            self._run.namespace(node).attach(self.node(node).pid)

    def start(self, controller=True):
        """Starts the switches; they connect to ONOS on the management cable as soon as it listens."""
        for switch in self._net.switches:
            switch.start([])
        if controller:
            self.connect_controller()

    def connect_controller(self, *switches):
        for switch in switches or self.plan.openflow_switches:
            self._vsctl("set-controller", switch, f"tcp:{self.plan.management[1]}:6653")
            self._vsctl("set", "Controller", switch, "max_backoff=1000", "inactivity_probe=5000")

    def disconnect_controller(self, switch):
        """Until `connect_controller`. Where nobody listens: one without any controller would lose its rules."""
        self._vsctl("set-controller", switch, "tcp:127.0.0.1:1")

    def node(self, name):
        """A Mininet node."""
        return self._net.get(name)

    def run(self, node, *words, timeout=60, check=True):
        """Runs a command on a node and returns what it printed."""
        command = self._run.namespace(node).command(*words)
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=timeout)
        if check and done.returncode:
            raise OSError(f"{node}: {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def set_link(self, link, state):
        """`up` or `down`, as a cable that is cut: switched off at the core's end, without a carrier at the other.

        bmv2 hears nothing at any port while one of its own interfaces is switched off.
        """
        subprocess.run(["ip", "link", "set", link.ends[-1], state], check=True)

    @contextlib.contextmanager
    def rate(self, megabits):
        """Within it every WAN link carries that much, in each direction. What is too much waits, up to `_QUEUE`.

        A link has no rate of its own here; the processor alone bounds it.
        """
        interfaces = [end for link in self.plan.wan_links for end in link.ends]
        for interface in interfaces:
            _tc("replace", interface, "tbf", "rate", f"{megabits}mbit", "burst", "32kb", "latency", _QUEUE)
        try:
            yield
        finally:
            for interface in interfaces:
                _tc("delete", interface)

    def stop(self):
        self._net.stop()
        subprocess.run(["ip", "link", "delete", MANAGEMENT], check=False, capture_output=True)

    def _hosts(self):
        return [name for site in self.plan.sites for name in self._nodes(site)]

    def _nodes(self, site):
        return (site.host,) if site.switch in self.plan.software else (site.host, site.member)

    def _software_sites(self):
        return [site for site in self.plan.sites if site.switch in self.plan.software]

    def _add_host(self, name, address, switch, port):
        self._net.addHost(name, cls=Host, ip=address)
        self._net.addLink(name, switch, port1=0, port2=port)

    def _add_key_server(self):
        self._net.addHost(KEY_SERVER_NODE, cls=Host, ip=None)
        self._net.addLink(
            KEY_SERVER_NODE,
            self.plan.key_server_switch,
            port1=0,
            port2=self.plan.key_server_port,
            intfName1=DATA,
        )

    def _configure_key_server(self):
        here, there = self.plan.management
        pid = str(self.node(KEY_SERVER_NODE).pid)
        words = ["ip", "link", "add", MANAGEMENT, "type", "veth", "peer", "name", MANAGEMENT, "netns", pid]
        subprocess.run(words, check=True)
        for words in (["addr", "add", f"{here}/30", "dev", MANAGEMENT], ["link", "set", MANAGEMENT, "up"]):
            subprocess.run(["ip", *words], check=True)
        node = self.node(KEY_SERVER_NODE)
        _must(node, "ip link set lo up")
        _must(node, f"ip addr add {there}/30 dev {MANAGEMENT}")
        _must(node, f"ip link set {MANAGEMENT} up")
        length = self.plan.key_server_prefix.split("/")[1]
        for address in self.plan.key_server_addresses:
            _must(node, f"ip addr add {address}/{length} dev {DATA}")
        self._configure(KEY_SERVER_NODE, DATA, self.plan.key_server_gateway)

    def _configure(self, name, interface, gateway):
        node = self.node(name)
        # the userspace datapath carries frames as they are: packets must be cut and checksums be in them
        _must(node, f"ethtool -K {interface} tx off rx off tso off gso off gro off > /dev/null")
        _must(node, f"ip link set {interface} up")
        _must(node, f"ip route replace default via {gateway} dev {interface}")
        # Only the controller answers ARP for a gateway. While it restarts, what is known must stay known:
        # a site with one controller does the same to its routers and hosts (docs/operations.md).
        _must(node, f"sysctl -q -w net.ipv4.neigh.{interface}.base_reachable_time_ms=3600000")

    def _configure_ipv6(self, site):
        node, interface = self.node(site.host), f"{site.host}-eth0"
        _must(node, f"sysctl -q -w net.ipv6.conf.{interface}.disable_ipv6=0")
        _must(node, f"ip addr add {site.ipv6_host_address}/64 dev {interface} nodad")
        _must(node, f"ip -6 route replace default via {site.ipv6_gateway} dev {interface}")
        _must(node, f"sysctl -q -w net.ipv6.neigh.{interface}.base_reachable_time_ms=3600000")  # as for IPv4

    @staticmethod
    def _without_ipv6():
        """The switch ports are no hosts: their kernel side must not speak on the links."""
        for where in ("all", "default"):
            with open(f"/proc/sys/net/ipv6/conf/{where}/disable_ipv6", "w", encoding="ascii") as knob:
                knob.write("1")

    @staticmethod
    def _vsctl(*words):
        subprocess.run(["ovs-vsctl", *words], check=True, env=os.environ)


def _tc(verb, interface, *words):
    subprocess.run(["tc", "qdisc", verb, "dev", interface, "root", *words], check=True)


def _must(node, command):
    answer = node.cmd(f"{command} && echo done-well").strip()
    if not answer.endswith("done-well"):
        raise OSError(f"{node.name}: {command}: {answer}")
