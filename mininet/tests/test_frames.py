# SPDX-License-Identifier: Apache-2.0
"""What counts as clear text on a WAN link. Frames are built here octet by octet or by scapy."""

import struct

import pytest
from getvpn_wan.frames import Kind, WanRules, ip_frame, ipv6_frame, udp_frame

MARKER = b"0123456789abcdef"
NTP = {
    "action": "BYPASS",
    "source": "10.1.0.0/16",
    "destination": "10.9.0.0/16",
    "protocol": "udp",
    "destinationPort": 123,
}
RULES = WanRules(["10.255.0.1"], ["10.1.0.2", "10.2.0.2"], [NTP], MARKER)


def ipv4(protocol, source, destination, payload, fragment=0):
    frame = bytearray(udp_frame(source, destination, 1, 1, b""))[:34]
    frame[23] = protocol
    struct.pack_into("!H", frame, 16, 20 + len(payload))
    struct.pack_into("!H", frame, 20, fragment)
    return bytes(frame) + payload


def ether(ether_type, payload=b"\0" * 46):
    return b"\x01\x80\xc2\x00\x00\x0e" + b"\x02" * 6 + struct.pack("!H", ether_type) + payload


def test_esp_is_esp():
    assert RULES.kind(ipv4(50, "10.1.0.10", "10.3.0.10", b"\x12\x34\x56\x78" * 8)) is Kind.ESP


def test_a_ping_between_hosts_is_clear_text():
    assert RULES.kind(ipv4(1, "10.1.0.10", "10.3.0.10", b"\x08\0" + b"\0" * 30)) is Kind.CLEAR_TEXT


def test_gdoi_both_ways_between_key_server_and_member_may_pass():
    for source, destination in (("10.1.0.2", "10.255.0.1"), ("10.255.0.1", "10.1.0.2")):
        assert RULES.kind(udp_frame(source, destination, 848, 848, b"x")) is Kind.GDOI


@pytest.mark.parametrize(
    "frame",
    [
        udp_frame("10.1.0.10", "10.255.0.1", 848, 848, b"a host is no member"),
        udp_frame("10.1.0.2", "10.2.0.2", 848, 848, b"two members"),
        udp_frame("10.1.0.2", "10.255.0.1", 848, 53, b"another port"),
        udp_frame("10.1.0.2", "10.255.0.1", 500, 848, b"another source port"),
        udp_frame("10.1.0.2", "10.255.0.3", 848, 848, b"not a key server"),
        ipv4(6, "10.1.0.2", "10.255.0.1", struct.pack("!HH", 848, 848) + b"\0" * 16),
    ],
)
def test_what_only_resembles_gdoi_is_clear_text(frame):
    assert RULES.kind(frame) is Kind.CLEAR_TEXT


def test_rekeys_by_multicast_may_pass_from_the_key_server_alone_where_a_group_has_them():
    rules = WanRules(["10.255.0.1"], ["10.1.0.2"], [], MARKER, rekey_group="239.84.8.1")
    rekey = udp_frame("10.255.0.1", "239.84.8.1", 848, 848, b"x")
    assert rules.kind(rekey) is Kind.GDOI
    assert RULES.kind(rekey) is Kind.CLEAR_TEXT
    for frame in (
        udp_frame("10.1.0.2", "239.84.8.1", 848, 848, b"a member"),
        udp_frame("10.255.0.1", "239.84.8.2", 848, 848, b"another group"),
        udp_frame("10.255.0.1", "239.84.8.1", 848, 849, b"another port"),
    ):
        assert rules.kind(frame) is Kind.CLEAR_TEXT


def test_later_fragments_of_gdoi_may_pass_between_key_server_and_member_alone():
    rules = WanRules(["10.255.0.1"], ["10.1.0.2"], [NTP], MARKER, rekey_group="239.84.8.1")
    for source, destination in (
        ("10.1.0.2", "10.255.0.1"), ("10.255.0.1", "10.1.0.2"), ("10.255.0.1", "239.84.8.1"),
    ):
        assert rules.kind(ip_frame(source, destination, 17, bytes(64), 185)) is Kind.GDOI
        assert rules.kind(ip_frame(source, destination, 17, bytes(64))) is Kind.CLEAR_TEXT, "a whole datagram has ports"
        assert rules.kind(ip_frame(source, destination, 6, bytes(64), 185)) is Kind.CLEAR_TEXT
    for source, destination in (
        ("10.1.0.10", "10.255.0.1"), ("10.255.0.1", "10.1.0.10"), ("10.1.0.2", "10.2.0.2"), ("10.1.0.2", "239.84.8.1"),
    ):
        assert rules.kind(ip_frame(source, destination, 17, bytes(64), 185)) is Kind.CLEAR_TEXT


def test_bypass_holds_for_its_selector_and_the_answer():
    assert RULES.kind(udp_frame("10.1.0.10", "10.9.0.1", 4000, 123, b"")) is Kind.BYPASS
    assert RULES.kind(udp_frame("10.9.0.1", "10.1.0.10", 123, 4000, b"")) is Kind.BYPASS
    assert RULES.kind(udp_frame("10.1.0.10", "10.9.0.1", 4000, 124, b"")) is Kind.CLEAR_TEXT
    assert RULES.kind(udp_frame("10.2.0.10", "10.9.0.1", 4000, 123, b"")) is Kind.CLEAR_TEXT


def test_a_later_fragment_has_no_ports_and_is_no_bypass():
    fragment = ipv4(17, "10.1.0.10", "10.9.0.1", struct.pack("!HH", 4000, 123) + b"\0" * 20, 10)
    assert RULES.kind(fragment) is Kind.CLEAR_TEXT


def test_icmp_error_may_pass_if_it_quotes_esp():
    quoted = ipv4(50, "10.1.0.10", "10.3.0.10", b"\0" * 8)[14:]
    too_big = b"\x03\x04\0\0\0\0\x05\xdc"
    assert RULES.kind(ipv4(1, "10.255.1.1", "10.1.0.10", too_big + quoted)) is Kind.ICMP_ABOUT_ESP
    quoted = ipv4(6, "10.1.0.10", "10.3.0.10", b"\0" * 8)[14:]
    assert RULES.kind(ipv4(1, "10.255.1.1", "10.1.0.10", too_big + quoted)) is Kind.CLEAR_TEXT


IPV6_RULES = WanRules(
    ["10.255.0.1"], ["10.1.0.2"], [{**NTP, "source": "2001:db8:1::/64", "destination": "2001:db8:2::/64"}], MARKER
)


def test_ipv6_is_judged_as_ipv4_is():
    ends = "2001:db8:1::10", "2001:db8:2::10"
    time_service = struct.pack("!HHHH", 4000, 123, 8, 0)
    assert IPV6_RULES.kind(ipv6_frame(*ends, 50, b"\0" * 32)) is Kind.ESP
    assert IPV6_RULES.kind(ipv6_frame(*ends, 17, time_service)) is Kind.BYPASS
    assert IPV6_RULES.kind(ipv6_frame(*ends[::-1], 17, struct.pack("!HHHH", 123, 4000, 8, 0))) is Kind.BYPASS
    assert IPV6_RULES.kind(ipv6_frame(*ends, 17, struct.pack("!HHHH", 4000, 124, 8, 0))) is Kind.CLEAR_TEXT
    assert IPV6_RULES.kind(ipv6_frame(*ends, 58, b"\x80\0" + b"\0" * 30)) is Kind.CLEAR_TEXT
    assert IPV6_RULES.kind(ipv6_frame("fe80::1", "ff02::1:ff00:10", 58, b"\x87\0" + b"\0" * 22)) is Kind.CLEAR_TEXT
    # nothing behind an extension header is looked at: a fragment of the time service is clear text
    assert IPV6_RULES.kind(ipv6_frame(*ends, 44, struct.pack("!BBHI", 17, 0, 1, 7) + time_service)) is Kind.CLEAR_TEXT


def test_icmpv6_error_may_pass_if_it_quotes_esp():
    quoted = ipv6_frame("2001:db8:1::10", "2001:db8:2::10", 50, b"\0" * 8)[14:]
    too_big = b"\x02\0\0\0\0\0\x05\0"
    assert IPV6_RULES.kind(ipv6_frame("2001:db8:f::1", "2001:db8:1::10", 58, too_big + quoted)) is Kind.ICMP_ABOUT_ESP
    quoted = ipv6_frame("2001:db8:1::10", "2001:db8:2::10", 17, b"\0" * 8)[14:]
    assert IPV6_RULES.kind(ipv6_frame("2001:db8:f::1", "2001:db8:1::10", 58, too_big + quoted)) is Kind.CLEAR_TEXT


def test_an_ipv6_packet_in_a_frame_of_ipv4_is_clear_text():
    frame = bytearray(ipv6_frame("2001:db8:1::10", "2001:db8:2::10", 50, b"\0" * 32))
    struct.pack_into("!H", frame, 12, 0x0800)
    assert IPV6_RULES.kind(bytes(frame)) is Kind.CLEAR_TEXT


def test_every_shortened_frame_of_ipv6_is_judged_without_an_exception():
    frame = ipv6_frame("2001:db8:f::1", "2001:db8:1::10", 58, b"\x02\0\0\0\0\0\x05\0" + bytes([0x60]) * 60)
    for length in range(len(frame)):
        assert IPV6_RULES.kind(frame[:length]) is Kind.CLEAR_TEXT


def test_discovery_of_onos_may_pass():
    assert RULES.kind(ether(0x88CC)) is Kind.DISCOVERY
    assert RULES.kind(ether(0x8942)) is Kind.DISCOVERY


@pytest.mark.parametrize("ether_type", [0x0806, 0x86DD, 0x8100, 0x0800, 0x1234, 0x0005])
def test_arp_ipv6_tags_and_the_unknown_are_clear_text(ether_type):
    assert RULES.kind(ether(ether_type)) is Kind.CLEAR_TEXT


def test_a_frame_that_came_with_a_vlan_tag_is_clear_text_even_if_it_looks_like_esp():
    frame = ipv4(50, "10.1.0.10", "10.3.0.10", b"\0" * 32)
    assert RULES.kind(frame, tagged=True) is Kind.CLEAR_TEXT


def test_on_a_segment_esp_may_have_a_tag_and_nothing_else():
    rules = WanRules(["10.255.0.1"], ["10.1.0.2"], [NTP], MARKER, segment=True)
    assert rules.kind(ipv4(50, "10.1.0.10", "10.3.0.10", b"\0" * 32), tagged=True) is Kind.ESP
    assert rules.kind(udp_frame("10.1.0.10", "10.2.0.10", 7, 7, b"in clear"), tagged=True) is Kind.CLEAR_TEXT
    assert rules.kind(ether(0x0806)) is Kind.ARP
    assert rules.kind(ether(0x0806), tagged=True) is Kind.CLEAR_TEXT


def test_every_shortened_frame_is_judged_without_an_exception():
    frame = udp_frame("10.1.0.2", "10.255.0.1", 848, 848, b"payload")
    for length in range(len(frame)):
        assert RULES.kind(frame[:length]) in (Kind.CLEAR_TEXT, Kind.GDOI)


def test_the_control_frame_is_known_by_its_marker_alone():
    assert RULES.kind(udp_frame("10.1.0.10", "10.2.0.10", 7, 7, MARKER)) is Kind.CONTROL
    assert RULES.kind(udp_frame("10.1.0.10", "10.2.0.10", 7, 7, MARKER[:-1])) is Kind.CLEAR_TEXT


def test_udp_frame_is_what_scapy_would_send():
    scapy = pytest.importorskip("scapy.all", reason="apt-get install python3-scapy")
    frame = udp_frame("10.1.0.10", "10.2.0.10", 7, 9, b"payload")
    parsed = scapy.Ether(frame)
    assert (parsed[scapy.IP].src, parsed[scapy.UDP].dport) == ("10.1.0.10", 9)
    checksum = parsed[scapy.IP].chksum
    del parsed[scapy.IP].chksum
    assert scapy.Ether(bytes(parsed))[scapy.IP].chksum == checksum


def test_what_protect_lines_name_is_migrating_only_while_a_scenario_says_so():
    rules = WanRules(["10.255.0.1"], ["10.1.0.2"], [NTP], MARKER)
    protected = udp_frame("10.1.0.10", "10.2.0.10", 7, 7, b"in clear")
    answer = udp_frame("10.2.0.10", "10.1.0.10", 7, 7, b"in clear")
    other = udp_frame("10.1.0.10", "192.0.2.1", 7, 7, b"in clear")
    rules.migrate([{"action": "PROTECT", "source": "10.1.0.0/16", "destination": "10.2.0.0/16"}])
    assert rules.kind(protected) is Kind.MIGRATING
    assert rules.kind(answer) is Kind.CLEAR_TEXT, "a line protects its own direction"
    assert rules.kind(other) is Kind.CLEAR_TEXT
    assert rules.kind(protected, tagged=True) is Kind.CLEAR_TEXT
    rules.migrate(())
    assert rules.kind(protected) is Kind.CLEAR_TEXT
