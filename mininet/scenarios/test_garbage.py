# SPDX-License-Identifier: Apache-2.0
"""What an attacker may throw at UDP 848: counted, ignored, without effect on anybody else."""

import random
import re

import pytest
from getvpn_wan.capture import FrameSender
from getvpn_wan.frames import udp_frame

SEED = 848
# IKEv1 Main Mode, first message: header and an SA payload that promises more than there is
TRUNCATED = bytes.fromhex("0102030405060708 0000000000000000 0110020000000000 00000054 0d000038")


def garbage(dice):
    """Truncated, bit-flipped, oversized and random datagrams."""
    yield b""
    for length in range(1, 40):
        yield TRUNCATED[:length]
    for _ in range(100):
        flipped = bytearray(TRUNCATED + dice.randbytes(48))
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        yield bytes(flipped)
    for _ in range(100):
        yield dice.randbytes(dice.randrange(1, 1400))
    # lengths that lie
    for length in (0, 1, 27, 28, 0x7FFFFFFF, 0xFFFFFFFF):
        yield TRUNCATED[:24] + length.to_bytes(4, "big") + dice.randbytes(60)


def throw(deployment, node, interface, source, destination, mac):
    """Puts the datagrams on a node's cable, past its own stack, from a real member's address and port."""
    dice = random.Random(SEED)
    with deployment.run.namespace(node).inside(), FrameSender(interface) as sender:
        for payload in garbage(dice):
            frame = bytearray(udp_frame(source, destination, 848, 848, payload))
            frame[0:6] = mac
            sender.send(bytes(frame))


def gateway_mac(deployment, node, interface):
    """The virtual MAC of the gateway, as the node's neighbour table has it."""
    table = deployment.wan.run(node, "ip", "neigh", "show", "dev", interface)
    return bytes.fromhex(re.search(r"lladdr (\S+)", table)[1].replace(":", ""))


def test_garbage_to_the_key_server_is_counted_and_harms_nobody(deployment, onos, plan, pipelines, ping):
    traffic = ping(1, 2)
    ignored = onos.key_server()["datagramsIgnored"]
    site, offset = plan.site(1), onos.log.stat().st_size
    node, interface = plan.member_node(site), site.member_interface
    mac = gateway_mac(deployment, node, interface)
    throw(deployment, node, interface, site.member_address, plan.key_server_addresses[0], mac)
    deployment.wait(lambda: onos.key_server()["datagramsIgnored"] >= ignored + 50, 20, "garbage counted")
    with open(onos.log, encoding="utf-8", errors="replace") as log:
        log.seek(offset)
        assert "Exception" not in log.read()
    assert onos.key_server()["halfOpen"] <= 64
    spi = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {spi}, 60, "a rekey in spite of it")
    pipelines[1].kill()
    deployment.wait_for_members()
    assert traffic.stop().replies


def test_garbage_to_a_member_is_ignored(deployment, plan, pipelines, ping, tolerated):
    traffic = ping(1, 2)
    traffic.wait_for_replies(10, 10)
    mac = gateway_mac(deployment, "onos", "data")
    source = plan.key_server_addresses[0]
    throw(deployment, "onos", "data", source, plan.site(1).member_address, mac)
    traffic.wait_for_replies(20, 10)
    assert traffic.stop().share_lost <= tolerated
    assert pipelines[1].is_registered()
    assert "Exception" not in pipelines[1].log.read_text(encoding="utf-8", errors="replace")


def test_datagrams_from_a_host_never_reach_the_key_server(deployment, onos, plan):
    ignored = onos.key_server()["datagramsIgnored"]
    host = plan.site(1).host_address
    mac = b"\x02" * 6
    throw(deployment, "h1", "h1-eth0", host, plan.key_server_addresses[0], mac)
    throw(deployment, "h1", "h1-eth0", plan.site(1).member_address, plan.key_server_addresses[0], mac)
    deployment.let_traffic_flow(1)
    assert onos.key_server()["datagramsIgnored"] == ignored


@pytest.mark.parametrize("path", ["getvpn/v1/status", "getvpn/v1/groups"])
def test_rest_wants_a_password(onos, path):
    with pytest.raises(OSError, match="401"):
        onos.stranger().get(path)
