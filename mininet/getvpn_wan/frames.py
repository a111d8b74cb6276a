# SPDX-License-Identifier: Apache-2.0
"""What a frame on a WAN link is: ESP, something that may be there, or clear text."""

import ipaddress
import struct
from dataclasses import dataclass
from enum import Enum

_IPV4, _ARP, _IPV6, _LLDP, _BDDP = 0x0800, 0x0806, 0x86DD, 0x88CC, 0x8942
_ICMP, _TCP, _UDP, _ESP, _ICMPV6 = 1, 6, 17, 50, 58
_GDOI_PORT = 848
_PROTOCOLS = {"icmp": _ICMP, "tcp": _TCP, "udp": _UDP, "icmpv6": _ICMPV6}
# unreachable (with "fragmentation needed"), time exceeded, parameter problem, and in IPv6 "too big": what quotes a packet
_ICMP_ERRORS = {_ICMP: {3, 11, 12}, _ICMPV6: {1, 2, 3, 4}}


class Kind(Enum):
    ESP = "ESP"
    GDOI = "GDOI between key server and member"
    BYPASS = "configured BYPASS"
    MIGRATING = "what PROTECT lines name, in clear while a scenario says so"
    ICMP_ABOUT_ESP = "ICMP error that quotes ESP"
    DISCOVERY = "LLDP or BDDP of ONOS"
    ARP = "ARP where the WAN is one Ethernet segment"
    CONTROL = "control frame of the detector itself"
    CLEAR_TEXT = "clear text"


@dataclass(frozen=True)
class Packet:
    """The parts of an IP packet that decide.

    Of an IPv6 packet with extension headers `protocol` is the first one's number: nothing that names a protocol matches.
    """

    source: ipaddress.IPv4Address | ipaddress.IPv6Address
    destination: ipaddress.IPv4Address | ipaddress.IPv6Address
    protocol: int
    fragment_offset: int
    payload: bytes

    @classmethod
    def of(cls, frame):
        """The packet of a whole Ethernet frame, or None if there is none of the version that its type says."""
        (ether_type,) = struct.unpack_from("!H", frame, 12)
        packet = cls.read(frame[14:])
        return packet if packet and packet.source.version == {_IPV4: 4, _IPV6: 6}.get(ether_type) else None

    @classmethod
    def read(cls, octets):
        """Returns None for what is no whole IPv4 or IPv6 header."""
        if len(octets) >= 40 and octets[0] >> 4 == 6:
            length, protocol = struct.unpack_from("!HB", octets, 4)
            source, destination = (ipaddress.IPv6Address(octets[at : at + 16]) for at in (8, 24))
            return cls(source, destination, protocol, 0, bytes(octets[40 : 40 + length]))
        if len(octets) < 20 or octets[0] >> 4 != 4:
            return None
        header = (octets[0] & 15) * 4
        total, _, fragment, _, protocol = struct.unpack_from("!HHHBB", octets, 2)
        if header < 20 or len(octets) < header or total < header:
            return None
        source, destination = (ipaddress.IPv4Address(octets[at : at + 4]) for at in (12, 16))
        return cls(source, destination, protocol, fragment & 0x1FFF, bytes(octets[header:total]))

    @property
    def ports(self):
        """Source and destination port, or None where this fragment carries none."""
        if self.protocol not in (_TCP, _UDP) or self.fragment_offset or len(self.payload) < 4:
            return None
        return struct.unpack_from("!HH", self.payload)

    def __str__(self):
        what = {number: name for name, number in _PROTOCOLS.items()}.get(self.protocol, self.protocol)
        ports = self.ports or ("", "")
        return f"IPv{self.source.version} {self.source} {ports[0]} -> {self.destination} {ports[1]}, protocol {what}"


class Bypass:
    """One selector of the group's policy, written as in the configuration; both directions of a BYPASS line."""

    def __init__(self, selector):
        self._source = ipaddress.ip_network(selector["source"])
        self._destination = ipaddress.ip_network(selector["destination"])
        protocol = selector.get("protocol", "any")
        self._protocol = None if protocol == "any" else _PROTOCOLS.get(protocol, protocol)
        self._source_port = selector.get("sourcePort")
        self._destination_port = selector.get("destinationPort")

    def matches(self, packet):
        if self._protocol is not None and packet.protocol != self._protocol:
            return False
        ports = packet.ports or (None, None)
        return self._one_way(packet.source, packet.destination, *ports) or self._one_way(
            packet.destination, packet.source, *reversed(ports)
        )

    def names(self, packet):
        """Whether it matches in the selector's own direction, as PROTECT lines do."""
        ports = packet.ports or (None, None)
        return self._protocol in (None, packet.protocol) and self._one_way(packet.source, packet.destination, *ports)

    def _one_way(self, source, destination, source_port, destination_port):
        return (
            source in self._source
            and destination in self._destination
            and self._source_port in (None, source_port)
            and self._destination_port in (None, destination_port)
        )


class WanRules:
    """What may be seen on a WAN link; everything else is clear text.

    `segment`: gateways without routers and switches of ours between them. There ARP crosses the WAN, and
    a key server's kernel says by ICMP that nobody listens.
    """

    def __init__(self, key_servers, members, bypass=(), control_marker=None, segment=False, rekey_group=None):
        self._key_servers = {ipaddress.ip_address(address) for address in key_servers}
        self._members = {ipaddress.ip_address(address) for address in members}
        self._rekey_group = ipaddress.ip_address(rekey_group) if rekey_group else None
        self._bypass = [Bypass(selector) for selector in bypass]
        self._control_marker = control_marker
        self._segment = segment
        self._migrating = ()

    def migrate(self, lines):
        """From now on what these PROTECT lines name is no clear text but MIGRATING; without lines it is again."""
        self._migrating = tuple(Bypass(line) for line in lines)

    def kind(self, frame, tagged=False):
        """Judges one Ethernet frame. `tagged`: the kernel took a VLAN tag off it; ESP alone may have one, on a segment."""
        kind = self._kind(frame)
        return Kind.CLEAR_TEXT if tagged and not (self._segment and kind is Kind.ESP) else kind

    def _kind(self, frame):
        if self._control_marker and self._control_marker in frame:
            return Kind.CONTROL
        if len(frame) < 14:
            return Kind.CLEAR_TEXT
        (ether_type,) = struct.unpack_from("!H", frame, 12)
        if ether_type in (_LLDP, _BDDP):
            return Kind.DISCOVERY
        if ether_type == _ARP and self._segment:
            return Kind.ARP
        packet = Packet.of(frame)
        return self._kind_of_packet(packet) if packet else Kind.CLEAR_TEXT

    def _kind_of_packet(self, packet):
        if packet.protocol == _ESP:
            return Kind.ESP
        if packet.protocol == _UDP and self._is_gdoi(packet):
            return Kind.GDOI
        quoted = self._quoted(packet)
        if quoted and quoted.protocol == _ESP:
            return Kind.ICMP_ABOUT_ESP
        if quoted and self._segment and quoted.protocol == _UDP and self._is_gdoi(quoted):
            return Kind.GDOI
        if any(selector.matches(packet) for selector in self._bypass):
            return Kind.BYPASS
        if any(line.names(packet) for line in self._migrating):
            return Kind.MIGRATING
        return Kind.CLEAR_TEXT

    def _is_gdoi(self, packet):
        ends = packet.source, packet.destination
        configured = any(
            one in self._key_servers and other in self._members for one, other in (ends, ends[::-1])
        )
        rekey = packet.source in self._key_servers and packet.destination == self._rekey_group
        if not configured and not rekey:
            return False
        return packet.ports == (_GDOI_PORT, _GDOI_PORT) if not packet.fragment_offset else True

    @staticmethod
    def _quoted(packet):
        """The packet that an ICMP error quotes, or None."""
        errors = _ICMP_ERRORS.get(packet.protocol, ())
        if packet.fragment_offset or len(packet.payload) < 8 or packet.payload[0] not in errors:
            return None
        return Packet.read(packet.payload[8:])


def describe(frame):
    """A line for a person about a frame that should not be there; no payload in it."""
    if len(frame) < 14:
        return f"{len(frame)} octets, no Ethernet header"
    (ether_type,) = struct.unpack_from("!H", frame, 12)
    packet = Packet.of(frame)
    return str(packet) if packet else f"ether type 0x{ether_type:04x}, {len(frame)} octets"


def udp_frame(source, destination, source_port, destination_port, payload):
    """A whole Ethernet frame with a UDP datagram in clear text, as a careless host would send it."""
    udp = struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload
    return ip_frame(source, destination, _UDP, udp)


def esp_frame(source, destination, spi, payload=bytes(64)):
    """ESP as it travels between sites: the original addresses outside. Nobody can decrypt the payload."""
    return ip_frame(source, destination, _ESP, struct.pack("!II", spi, 1) + payload)


def ipv6_frame(source, destination, next_header, payload):
    """A whole Ethernet frame with an IPv6 packet."""
    addresses = ipaddress.IPv6Address(source).packed + ipaddress.IPv6Address(destination).packed
    header = struct.pack("!IHBB", 6 << 28, len(payload), next_header, 64) + addresses
    return _ethernet(_IPV6) + header + payload


def _ethernet(ether_type):
    return bytes.fromhex("0200000000fe") + bytes.fromhex("0200000000fd") + struct.pack("!H", ether_type)


def ip_frame(source, destination, protocol, payload, fragment_offset=0):
    """A whole Ethernet frame with an IPv4 packet, header checksum included.

    `fragment_offset`: in units of eight octets; with one it is the last fragment of something.
    """
    addresses = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, fragment_offset, 64, protocol, 0) + addresses
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    header = header[:10] + struct.pack("!H", checksum) + header[12:]
    return _ethernet(_IPV4) + header + payload
