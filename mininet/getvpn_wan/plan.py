# SPDX-License-Identifier: Apache-2.0
r"""The numbers of the WAN, in one place: topology, addresses, configuration.

        h1   gm1                              h3   gm3
          \  /                                  \  /
           s1 ----- c1 ===== c2 ..... c3 ----- s3        s1: c1, c2    ring: c1 c2 c3 c4
             \______ || ____/  \___   || \___ /          s2: c2, c3    ONOS: c1, port 4
                     c4 ============= ..     \           s3: c3, c4
                                       s2 --- h2, gm2

Ports of an edge switch: 1 host, 2 pipeline, 3 and 4 WAN.
Ports of a core switch: 1 next in the ring, 2 previous in the ring, 3 and 4 sites or the key server.
"""

import copy
from dataclasses import dataclass, field

HOST_PORT, MEMBER_PORT, WAN_PORTS = 1, 2, (3, 4)
KEY_SERVER_NODE = "onos"
_HOSTS, _IPV6_HOSTS = "10.0.0.0/8", "2001:db8::/32"


def _protect(source, destination):
    return {"action": "PROTECT", "source": source, "destination": destination}


@dataclass(frozen=True)
class Site:
    """A site, by number: everything else follows."""

    number: int
    core: tuple

    @property
    def name(self):
        return f"site{self.number}"

    @property
    def switch(self):
        return f"s{self.number}"

    @property
    def host(self):
        return f"h{self.number}"

    @property
    def member(self):
        return f"gm{self.number}"

    @property
    def dpid(self):
        return f"{self.number:016x}"

    @property
    def prefix(self):
        return f"10.{self.number}.0.0/24"

    @property
    def gateway(self):
        return f"10.{self.number}.0.1"

    @property
    def member_interface(self):
        return f"{self.member}-eth0"

    @property
    def member_address(self):
        return f"10.{self.number}.0.2"

    @property
    def host_address(self):
        return f"10.{self.number}.0.10"

    @property
    def ipv6_prefix(self):
        return f"2001:db8:{self.number}::/64"

    @property
    def ipv6_gateway(self):
        return f"2001:db8:{self.number}::1"

    @property
    def ipv6_host_address(self):
        return f"2001:db8:{self.number}::10"


@dataclass(frozen=True)
class Link:
    """Two switch ports and the cable between them."""

    a: str
    port_a: int
    b: str
    port_b: int

    @property
    def interface_a(self):
        return f"{self.a}-eth{self.port_a}"

    @property
    def interface_b(self):
        return f"{self.b}-eth{self.port_b}"

    @property
    def ends(self):
        """The interfaces at which one can listen and inject, both on this machine; the last one is a core switch's."""
        return self.interface_a, self.interface_b

    @property
    def name(self):
        return f"{self.a}-{self.b}"


@dataclass
class Plan:
    """Three dual-homed sites on a ring of four core switches; the key server hangs on the core."""

    sites: list = field(
        default_factory=lambda: [Site(1, ("c1", "c2")), Site(2, ("c2", "c3")), Site(3, ("c3", "c4"))]
    )
    core: tuple = ("c1", "c2", "c3", "c4")
    key_server_switch: str = "c1"
    key_server_port: int = 4
    key_server_addresses: tuple = ("10.255.0.1", "10.255.0.2")
    nobodys_address: str = "10.255.0.9"  # where a second key server could be, and is not
    key_server_prefix: str = "10.255.0.0/24"
    key_server_gateway: str = "10.255.0.254"
    management: tuple = ("172.31.255.1", "172.31.255.2")
    group: str = "blue"
    group_id: int = 1234
    transform: str = "aes-gcm-256"
    tek_lifetime: int = 3600
    bypass: tuple = ()
    replay: dict = None  # of the group; None leaves the field out
    rekey_group: str = "239.84.8.1"  # of scenarios whose rekeys are multicast
    data_groups: tuple = ()  # multicast prefixes: what end hosts send to groups in them is protected too
    ipv6: bool = False  # hosts have an IPv6 address too, and the group protects it
    p4: tuple = ()  # edge switches that are P4 switches instead of Open vSwitch
    software: tuple = ()  # those of them that are our software switch with the member inside; the others are bmv2

    def site(self, number):
        return next(site for site in self.sites if site.number == number)

    @property
    def protect(self):
        """The group's PROTECT lines."""
        networks = (_HOSTS, _IPV6_HOSTS) if self.ipv6 else (_HOSTS,)
        return (*(_protect(network, network) for network in networks), *self.protect_multicast)

    @property
    def protect_multicast(self):
        """Those of them that name groups of end hosts."""
        return tuple(_protect(_IPV6_HOSTS if ":" in group else _HOSTS, group) for group in self.data_groups)

    @property
    def hosts(self):
        return [site.host_address for site in self.sites]

    @property
    def ipv6_hosts(self):
        return [site.ipv6_host_address for site in self.sites] if self.ipv6 else []

    @property
    def members(self):
        return [site.member_address for site in self.sites]

    def dpid(self, switch):
        """Sixteen hexadecimal digits: s1 is ...01, c1 is ...c1."""
        return switch.removeprefix("s").rjust(16, "0")

    def device(self, switch):
        """ONOS's name of a switch."""
        return f"device:{switch}" if switch in self.p4 else f"of:{self.dpid(switch)}"

    def p4runtime_address(self, switch):
        """Where a P4 switch serves P4Runtime: host and port, on the management cable."""
        return f"{self.management[0]}:{50000 + self.p4_device_id(switch)}"

    @staticmethod
    def p4_device_id(switch):
        """P4Runtime's number of a switch: s1 is 1."""
        return int(switch.removeprefix("s"))

    def ports(self, switch):
        """Port numbers of a switch and the interfaces behind them."""
        site = next(site for site in self.sites if site.switch == switch)
        return {number: f"{site.switch}-eth{number}" for number in (HOST_PORT, MEMBER_PORT, *WAN_PORTS)}

    def before_member(self, site):
        """Where one can listen to what a switch gives the member of a site, and what it takes from it."""
        # what our software switch sends is seen at the other end of the cable alone
        return site.member_interface if site.switch in self.software else self.ports(site.switch)[MEMBER_PORT]

    @property
    def key_server_interface(self):
        """The switch's port to the key server."""
        return f"{self.key_server_switch}-eth{self.key_server_port}"

    def p4_devices(self):
        """What network configuration says of P4 switches; they are known to ONOS by this alone."""
        return {
            "devices": {
                self.device(switch): {
                    "basic": {
                        "managementAddress": f"grpc://{self.p4runtime_address(switch)}"
                        f"?device_id={self.p4_device_id(switch)}",
                        "driver": "bmv2",
                        "pipeconf": "org.getvpn.group-member",
                    },
                    "ports": {
                        str(number): {"name": interface, "speed": 10000, "enabled": True, "number": number,
                                      "removed": False, "type": "copper"}
                        for number, interface in self.ports(switch).items()
                    },
                }
                for switch in self.p4
            }
        }

    def attachment(self, site):
        """How the member of a site is attached: `attachment` of its configuration."""
        if site.switch not in self.software:
            return {"kind": "member-port", "interface": site.member_interface}
        ports = self.ports(site.switch)
        member_interface = ports.pop(MEMBER_PORT)
        return {
            "kind": "switch",
            "p4runtime": self.p4runtime_address(site.switch),
            "deviceId": self.p4_device_id(site.switch),
            "memberPort": MEMBER_PORT,
            "memberInterface": member_interface,
            "ports": [f"{number}@{interface}" for number, interface in ports.items()],
        }

    def member_node(self, site):
        """The node in whose namespace a member runs: its own, or that of the switches."""
        return "wan" if site.switch in self.software else site.member

    @property
    def switches(self):
        return [site.switch for site in self.sites] + list(self.core)

    @property
    def bmv2(self):
        """Those of the P4 switches that are bmv2: references, slow, and not without loss."""
        return [switch for switch in self.p4 if switch not in self.software]

    @property
    def openflow_switches(self):
        return [switch for switch in self.switches if switch not in self.p4]

    @property
    def core_links(self):
        ring = list(self.core)
        return [Link(a, 1, b, 2) for a, b in zip(ring, ring[1:] + ring[:1])]

    @property
    def site_links(self):
        used = {switch: 2 for switch in self.core}
        links = []
        for site in self.sites:
            for port, core in zip(WAN_PORTS, site.core):
                used[core] += 1
                links.append(Link(site.switch, port, core, used[core]))
        return links

    @property
    def wan_links(self):
        """The links on which no protected clear text may ever be seen."""
        return self.site_links + self.core_links

    def network_configuration(self, run, members=None):
        """What is posted to ONOS. `run` tells where the secret files lie."""
        return {"apps": {"org.getvpn": {"vpn": self.vpn(run, members)}}}

    def vpn(self, run, members=None):
        """The object that network configuration and the key server's YAML share, with the sites."""
        stand_alone = self.key_server_settings(run, members)
        vpn = copy.deepcopy(stand_alone)
        vpn["keyServer"].update(
            attachment=f"{self.device(self.key_server_switch)}/{self.key_server_port}",
            gateway=self.key_server_gateway,
            prefix=self.key_server_prefix,
        )
        vpn["sites"] = [
            {
                "name": site.name,
                "group": self.group,
                "device": self.device(site.switch),
                "memberPort": MEMBER_PORT,
                "memberAddress": site.member_address,
                "localPorts": [HOST_PORT],
                "wanPorts": list(WAN_PORTS),
                "prefixes": [site.prefix, *([site.ipv6_prefix] if self.ipv6 else [])],
                "gateway": [site.gateway, site.ipv6_gateway] if self.ipv6 else site.gateway,
                "localBypass": [],
            }
            for site in self.sites
        ]
        return vpn

    def key_server_settings(self, run, members=None):
        """Settings of a key server without ONOS. JSON is YAML, so this is its file too."""
        return {
            "keyServer": {
                "addresses": list(self.key_server_addresses),
                "port": 848,
                "stateDirectory": str(run.file("ks-state")),
                "wrappingKeyFile": str(run.file("secrets/wrapping.key")),
                "preSharedKeysFile": str(run.file("secrets/key-server.psk")),
                "phaseOneProposals": ["aes256-sha256-ecp256"],
            },
            "groups": [
                {
                    "name": self.group,
                    "id": self.group_id,
                    "transform": self.transform,
                    "members": list(self.members if members is None else members),
                    "policy": [
                        *self.bypass,
                        *self.protect,
                    ],
                    "tek": {"lifetime": self.tek_lifetime},
                    "kek": {"lifetime": 86400},
                    "activationDelay": 2,
                    "deactivationDelay": 5,
                    "senderIdBits": 24,
                    **({"replay": self.replay} if self.replay else {}),
                }
            ],
        }
