# SPDX-License-Identifier: Apache-2.0
"""The ledger against packets that repeat what must not repeat."""

import struct

import pytest
from getvpn_wan.iv_ledger import IvLedger
from getvpn_wan.plan import Plan


def esp(spi, iv, options=b""):
    """An Ethernet frame with ESP in IPv4; of the IP header only its length matters here."""
    header = bytes([0x40 | (20 + len(options)) // 4]) + bytes(19) + options
    return bytes(12) + b"\x08\x00" + header + struct.pack("!IIQ", spi, 1, iv) + bytes(40)


@pytest.fixture
def ledger():
    return IvLedger(Plan())


def test_packets_that_differ_in_key_or_iv_are_all_new(ledger):
    for spi in (300, 301):
        for iv in range(100):
            ledger.take(esp(spi, iv))
    assert (ledger.packets, ledger.repeated, len(ledger.spis)) == (200, [], 2)


def test_the_same_iv_under_the_same_key_is_found_and_named(ledger):
    ledger.take(esp(300, 7))
    ledger.take(esp(300, 8))
    ledger.take(esp(300, 7, options=bytes(4)))
    assert ledger.repeated == ["0x0000012c 0000000000000007"]


def test_every_wan_link_of_every_site_is_watched(ledger):
    assert len(ledger._links) == len(Plan().site_links)
