# SPDX-License-Identifier: Apache-2.0
"""Two sites behind gateways, and between them two Linux routers with a narrow link."""

import json
import subprocess

from .cable import KEY_SERVER
from .carrier import Carrier, complete_checksums

NARROW = 1400
HOSTS = {1: "10.1.0.1", 2: "10.2.0.1"}
MEMBERS = {1: "10.1.0.2", 2: "10.2.0.2"}
_ROUTERS = {1: "10.1.0.254", 2: "10.2.0.254"}
_CORE = {1: KEY_SERVER, 2: "192.0.2.2"}
HOSTS6 = {1: "fd00:1::1", 2: "fd00:2::1"}
_ROUTERS6 = {1: "fd00:1::fe", 2: "fd00:2::fe"}
_CORE6 = {1: "fd00:ffff::1", 2: "fd00:ffff::2"}
POLICY = [
    {"action": "PROTECT", "source": net, "destination": net} for net in ("10.0.0.0/8", "fd00::/16")
]


class NarrowWan:
    """h1 - g1 - r1 - r2 - g2 - h2; the link of the routers carries 1400 octets, the others 1500.

    The key server's address is r1's in the core. Hosts and routers have IPv6 addresses too; the gateways have none.
    With `fates`, for each of `r1` and `r2` what becomes of a frame that this router sends to the other, a carrier
    stands in the narrow link.
    """

    def __init__(self, run, fates=None):
        names = [f"{kind}{site}" for site in HOSTS for kind in "hgr"] + (["middle"] if fates else [])
        self._namespaces = {name: run.namespace(f"narrow-{name}") for name in names}
        self.carrier = Carrier(self._namespaces["middle"], fates) if fates else None

    def namespace(self, name):
        """Of `h1`, `g1`, `r1` and their like at site 2."""
        return self._namespaces[name]

    def __enter__(self):
        for namespace in self._namespaces.values():
            namespace.delete()
            namespace.create()
        try:
            for site in HOSTS:
                self._make(site)
            self._join()
            for site in HOSTS:
                self._route(site, 3 - site)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.carrier:
            self.carrier.stop()
        for namespace in self._namespaces.values():
            namespace.delete()

    def let_host_encrypt(self, site):
        """A bridge in the gateway's place, and a TUN interface `gm0` of the host's as docs/pipeline.md says it."""
        gateway, host, other = f"g{site}", f"h{site}", 3 - site
        self._ip(gateway, "link", "add", "br0", "type", "bridge")
        for port in ("site", "wan"):
            self._ip(gateway, "link", "set", port, "master", "br0")
        self._ip(gateway, "link", "set", "br0", "up")
        self._ip(host, "tuntap", "add", "dev", "gm0", "mode", "tun")
        self._ip(host, "link", "set", "gm0", "up")
        self._sysctl(host, "net.ipv4.conf.eth0.rp_filter=1")
        self._ip(host, "route", "add", f"{_network(HOSTS[other])}/24", "dev", "gm0", "src", HOSTS[site])
        self._ip(host, "-6", "route", "add", f"fd00:{other}::/64", "dev", "gm0", "src", HOSTS6[site])
        rule = f"table ip6 getvpn {{ chain input {{ type filter hook input priority 0; iifname eth0 ip6 saddr fd00:{other}::/64 drop; }}; }}"
        words = self._namespaces[host].command("nft", "-f", "-")
        subprocess.run(words, input=rule, text=True, check=True)

    def suppress_icmp(self):
        """No router, member or host hears "fragmentation needed" or "packet too big" any more."""
        messages = {
            "ip": "icmp type destination-unreachable icmp code 4",
            "ip6": "icmpv6 type packet-too-big",
        }
        rules = [
            f"table {family} silence {{ chain {hook} {{ type filter hook {hook} priority 0; {message} drop; }}; }}"
            for family, message in messages.items()
            for hook in ("output", "input")
        ]
        for name in ("h1", "h2", "r1", "r2"):
            words = self._namespaces[name].command("nft", "-f", "-")
            subprocess.run(words, input="\n".join(rules), text=True, check=True)

    def carried(self, router):
        """Packets and octets that a router has sent over the narrow link, octets of IP alone."""
        words = ("ip", "-s", "-j", "-n", self._namespaces[router].name, "link", "show", "core")
        answer = subprocess.run(words, check=True, capture_output=True, text=True)
        sent = json.loads(answer.stdout)[0]["stats64"]["tx"]
        return sent["packets"], sent["bytes"] - 14 * sent["packets"]

    def _make(self, site):
        self._link(f"h{site}", "eth0", f"g{site}", "site")
        self._link(f"g{site}", "wan", f"r{site}", "lan")
        for node, interface, address in (
            (f"h{site}", "eth0", HOSTS[site]), (f"g{site}", "wan", MEMBERS[site]), (f"r{site}", "lan", _ROUTERS[site]),
        ):
            self._ip(node, "address", "add", f"{address}/24", "dev", interface)
        for node in (f"h{site}", f"g{site}"):
            self._ip(node, "route", "add", "default", "via", _ROUTERS[site])
        self._sysctl(f"r{site}", "net.ipv4.ip_forward=1")
        self._sysctl(f"r{site}", "net.ipv6.conf.all.forwarding=1")
        self._address6(f"h{site}", "eth0", HOSTS6[site])
        self._address6(f"r{site}", "lan", _ROUTERS6[site])
        self._ip(f"h{site}", "-6", "route", "add", "default", "via", _ROUTERS6[site])

    def _link(self, one, interface, other, peer):
        ends = [self._namespaces[node].name for node in (one, other)]
        _call(
            "ip", "link", "add", interface, "netns", ends[0], "type", "veth", "peer", "name", peer, "netns", ends[1]
        )
        for node, name in ((one, interface), (other, peer)):
            self._sysctl(node, f"net.ipv6.conf.{name}.disable_ipv6=1")
            self._ip(node, "link", "set", name, "up")

    def _join(self):
        if not self.carrier:
            self._link("r1", "core", "r2", "core")
            return
        for router in ("r1", "r2"):
            self._link(router, "core", "middle", router)
            complete_checksums(self._namespaces[router], "core")
        self.carrier.start()

    def _route(self, site, other):
        router = f"r{site}"
        self._ip(router, "link", "set", "core", "mtu", str(NARROW))
        self._ip(router, "address", "add", f"{_CORE[site]}/24", "dev", "core")
        self._ip(router, "route", "add", f"{_network(HOSTS[other])}/24", "via", _CORE[other])
        self._address6(router, "core", _CORE6[site])
        self._ip(router, "-6", "route", "add", f"fd00:{other}::/64", "via", _CORE6[other])

    def _address6(self, node, interface, address):
        self._sysctl(node, f"net.ipv6.conf.{interface}.disable_ipv6=0")
        self._ip(node, "address", "add", f"{address}/64", "dev", interface, "nodad")

    def _ip(self, node, *words):
        _call("ip", "-n", self._namespaces[node].name, *words)

    def _sysctl(self, node, setting):
        _call(*self._namespaces[node].command("sysctl", "-q", "-w", setting))


def _call(*words):
    subprocess.run(words, check=True, capture_output=True)


def _network(address):
    return address.rsplit(".", 1)[0] + ".0"
