# SPDX-License-Identifier: Apache-2.0
"""Multicast of hosts: encrypted once, copied along a tree, heard once at every other site, and nowhere in clear."""

import time
from collections import Counter

import pytest
from getvpn_wan.capture import FrameSender, PacketSocket
from getvpn_wan.frames import Kind
from getvpn_wan.multicast_data import (
    GROUP,
    IPV6_GROUP,
    GroupOnTheWan,
    everything_arrived_once,
    frame_in_clear,
    host_address,
)

ESP = 50
DATAGRAMS = 300
FRAMES = 50
STRANGERS_PORT = 5499
REASON = "cleartext_from_wan"
both_versions = pytest.mark.parametrize("group", [GROUP, IPV6_GROUP], ids=["IPv4", "IPv6"])


@pytest.fixture
def kill_member(deployment, pipelines):
    """kill_member(1): `kill -9` of the member of site 1, with the switch that it is inside of, until the scenario ends."""
    killed = []

    def kill(number):
        killed.append(number)
        pipelines[number].kill_for_good()

    yield kill
    for number in killed:
        pipelines[number].start()
    deployment.wait_for_members()


def others(by_site, number):
    return [one for site, one in by_site.items() if site != number]


def test_what_a_host_sends_to_a_group_arrives_once_at_every_other_site(plan, receivers, stream, tolerated):
    """All sites send at once, to a group of each IP version in turn; nothing comes back to the site that it came from."""
    for group in (GROUP, IPV6_GROUP):
        hosts = receivers(group)
        streams = {site.number: stream(site.number, group) for site in plan.sites}
        for running in streams.values():
            running.wait_for(DATAGRAMS)
        for number, running in streams.items():
            sent = running.stop(others(hosts, number))
            everything_arrived_once(running, sent, others(hosts, number), tolerated)
            assert running.source not in hosts[number].sources


@both_versions
def test_it_is_encrypted_once_and_no_link_carries_it_twice(plan, receivers, stream, tolerated, group):
    """Source and group stay outside. It leaves by one link or several, and comes to each other site by one of its links."""
    hosts = receivers(group)
    with GroupOnTheWan(plan, group) as seen:
        running = stream(1, group)
        running.wait_for(DATAGRAMS)
        sent = running.stop(others(hosts, 1))
        packets = seen.everywhere()
        assert {(packet.protocol, str(packet.source)) for packet in packets} == {(ESP, running.source)}
        encrypted = {packet.payload for packet in packets}
        assert len(sent) * (1 - tolerated) <= len(encrypted) <= len(sent)
        for site in plan.sites[1:]:
            copies = Counter(packet.payload for packet in seen.at(site))
            assert len(copies) >= len(sent) * (1 - tolerated), site.name
            assert set(copies.values()) == {1}, site.name
        for link in plan.wan_links:
            carried = [packet.payload for packet in seen.on(link)]
            assert len(carried) == len(set(carried)), link.name


def test_a_site_whose_member_is_dead_hears_nothing_and_the_others_everything(receivers, stream, kill_member, tolerated):
    hosts = receivers(GROUP)
    kill_member(2)
    running = stream(1, GROUP)
    running.wait_for(DATAGRAMS)
    sent = running.stop([hosts[3]])
    everything_arrived_once(running, sent, [hosts[3]], tolerated)
    assert not hosts[2].sources


def test_what_a_host_sends_while_its_member_is_dead_never_leaves_the_site(
    plan, receivers, stream, kill_member, tolerated
):
    """In clear or otherwise; what another site sends later tells that it would have been seen."""
    hosts = receivers(GROUP)
    kill_member(1)
    with GroupOnTheWan(plan, GROUP) as seen:
        unheard = stream(1, GROUP)
        unheard.wait_for(DATAGRAMS)
        unheard.stop()
        running = stream(3, GROUP)
        running.wait_for(DATAGRAMS)
        sent = running.stop([hosts[2]])
        everything_arrived_once(running, sent, [hosts[2]], tolerated)
        assert {str(packet.source) for packet in seen.everywhere()} == {running.source}
    assert hosts[2].sources == {running.source}
    assert unheard.source not in hosts[3].sources


def put_on(interface, frame):
    with FrameSender(interface, pause=0.005) as stranger:
        for _ in range(FRAMES):
            stranger.send(frame)


def refused(onos, sites):
    return {site.name: onos.drops(site).get(REASON, 0) for site in sites}


def wait_for_refusals(deployment, onos, sites, before, frames):
    deployment.wait(
        lambda: all(now >= before[name] + frames for name, now in refused(onos, sites).items()), 30, f"{REASON} counted"
    )


@both_versions
def test_multicast_in_clear_from_the_wan_reaches_no_host_and_is_counted(
    deployment, onos, plan, detector, ending, group
):
    """At the cables of all edges, and in the core, which copies it as it routes what is in clear: by the addresses."""
    hosts = []
    for site in plan.sites:
        with deployment.run.namespace(site.host).inside():
            hosts.append(PacketSocket(f"{site.host}-eth0", f"udp and dst port {STRANGERS_PORT}", buffer=0))
        ending.callback(hosts[-1].close)
    seen = ending.enter_context(GroupOnTheWan(plan, group))
    clear = detector.count(Kind.MIGRATING)
    with detector.allowing(plan.protect_multicast):
        before = refused(onos, plan.sites)
        for link in plan.site_links:
            another = plan.sites[-1] if link.a == plan.site(1).switch else plan.site(1)
            put_on(link.interface_b, frame_in_clear(host_address(another, group), group, STRANGERS_PORT))
        wait_for_refusals(deployment, onos, plan.sites, before, 2 * FRAMES)
        assert [len(seen.on(link)) for link in plan.site_links] == [FRAMES] * len(plan.site_links)
        assert not seen.on(*plan.core_links), "an edge carries no transit"

        others_of_one = plan.sites[1:]
        before = refused(onos, others_of_one)
        for link in plan.site_links:
            if link.a == plan.site(1).switch:
                put_on(link.interface_a, frame_in_clear(host_address(plan.site(1), group), group, STRANGERS_PORT))
        wait_for_refusals(deployment, onos, others_of_one, before, FRAMES)
        # what is judged later would count as a leak
        deployment.wait(
            lambda: detector.count(Kind.MIGRATING) - clear == len(seen.everywhere()), 10, "all of it judged, and no more"
        )
    assert {packet.ports for packet in seen.everywhere()} == {(STRANGERS_PORT, STRANGERS_PORT)}
    assert [host.passed for host in hosts] == [0] * len(plan.sites)


def test_a_rekey_under_multicast_loses_nothing_and_repeats_no_iv(
    deployment, onos, plan, receivers, stream, tolerated, ending
):
    """Of IPv4 and IPv6 at once, under the same keys."""
    (old,) = onos.sas()
    seen = [ending.enter_context(GroupOnTheWan(plan, group)) for group in (GROUP, IPV6_GROUP)]
    heard = [(others(receivers(group), 1), stream(1, group)) for group in (GROUP, IPV6_GROUP)]
    for _, running in heard:
        running.wait_for(DATAGRAMS)
    fresh = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {fresh}, 60, f"{fresh} alone")
    for hosts, running in heard:
        running.wait_for(DATAGRAMS)
        everything_arrived_once(running, running.stop(hosts), hosts, tolerated)
    encrypted = {packet.payload for group in seen for packet in group.everywhere()}
    assert {f"0x{payload[:4].hex()}" for payload in encrypted} == {old, fresh}
    # SPI, sequence number, IV: copies have the same, and nothing else has
    assert len({payload[:4] + payload[8:16] for payload in encrypted}) == len(encrypted)


def test_a_stream_takes_another_way_when_a_core_link_of_its_tree_is_cut(deployment, plan, receivers, stream, cut):
    hosts = receivers(GROUP)
    running = stream(1, GROUP)
    begin = time.time()
    with GroupOnTheWan(plan, GROUP) as seen:
        for one in others(hosts, 1):
            deployment.wait(lambda one=one: one.goes_on(running.source, begin), 10, "the stream at every other site")
        cut_link = max(plan.core_links, key=lambda link: len(seen.on(link)))
        assert seen.on(cut_link), "sites 1 and 3 have no core switch in common"
        spared = [link for link in plan.core_links if not seen.on(link)]
        cut(cut_link)
        moment = time.time()
        for one in others(hosts, 1):
            deployment.wait(lambda one=one: one.goes_on(running.source, moment), 30, f"it without {cut_link.name}")
        assert seen.on(*spared), f"another way than {cut_link.name}"
