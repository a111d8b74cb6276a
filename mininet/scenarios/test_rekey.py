# SPDX-License-Identifier: Apache-2.0
"""New keys under traffic: receive before send, delete last."""

from getvpn_wan.iv_ledger import IvLedger


def test_three_rekeys_under_traffic_lose_no_packet(deployment, onos, ping, tolerated):
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    sequence = onos.group()["rekeySequence"]
    for _ in range(3):
        before = set(onos.sas())
        spi = onos.rekey()
        deployment.wait(lambda: onos.sas().get(spi) == "SENDABLE", 40, f"{spi} in use")
        deployment.wait(lambda: not before & set(onos.sas()), 40, f"{before} gone")
    for running in pings:
        running.wait_for_replies(20, 10)
        assert running.stop().share_lost <= tolerated
    assert onos.group()["rekeySequence"] > sequence


def test_members_take_the_new_key_and_forget_the_old(deployment, onos, pipelines):
    before = set(onos.sas())
    spi = onos.rekey()
    deployment.wait(lambda: set(onos.sas()) == {spi}, 60, "the old key gone at the key server")

    def holds_only_the_new():
        return all(
            {tek["spi"] for tek in pipeline.status()["teks"]} == {spi} for pipeline in pipelines.values()
        )

    deployment.wait(holds_only_the_new, 30, f"members with {spi} and without {before}")


def test_a_key_that_is_replaced_now_is_gone_at_once_and_nothing_is_lost(
    deployment, onos, plan, pipelines, ping, tolerated
):
    """The policy would have the old key received for 40 s more; the shell's command leaves it two."""

    def patient(vpn):
        vpn["groups"][0]["deactivationDelay"] = 42

    (old,) = onos.sas()
    pings = [ping(1, 2), ping(2, 3), ping(3, 1)]
    for running in pings:
        running.wait_for_replies(20, 10)
    onos.configure(change=patient)
    try:
        answer = onos.shell(f"getvpn:rekey --replace-now {plan.group}")
        (fresh,) = [spi for spi in onos.sas() if spi in answer]
        assert fresh != old
        deployment.wait(lambda: onos.sas().get(fresh) == "SENDABLE", 30, f"{fresh} in use")
        deployment.wait(lambda: set(onos.sas()) == {fresh}, 8, f"{old} gone at the key server")
        for pipeline in pipelines.values():
            deployment.wait(lambda p=pipeline: {tek["spi"] for tek in p.status()["teks"]} == {fresh}, 4, f"{old} gone")
        ledger = IvLedger(plan)
        ledger.start()
        for running in pings:
            running.wait_for_replies(20, 10)
        assert ledger.stop() == []
        assert {f"0x{spi.hex()}" for spi in ledger.spis} == {fresh}
        for running in pings:
            assert running.stop().share_lost <= tolerated
    finally:
        onos.configure()


def test_a_member_that_hears_no_rekey_is_named_and_told_again(deployment, onos, plan, pipelines):
    """Its acknowledgement is missing; the others got the message once and are not told again."""

    def patient(vpn):
        vpn["groups"][0]["deactivationDelay"] = 12

    site = plan.site(2)
    onos.configure(change=patient)
    sent = {address: member["rekeysSent"] for address, member in onos.members().items()}
    no_rekeys = f"priority=65535,udp,nw_dst={site.member_address},tp_dst=848"
    on_the_way = site.core if site.switch in plan.p4 else [site.switch]
    for switch in on_the_way:
        deployment.switches.ofctl("add-flow", switch, f"{no_rekeys},actions=drop")
    try:
        spi = onos.rekey()
        deployment.wait(lambda: onos.members()[site.member_address]["rekeysMissed"] == 1, 30, "the silent one named")
        assert onos.sas()[spi] in ("RECEIVABLE", "SENDABLE")
        assert len(onos.sas()) == 2, "the old key is still there"
    finally:
        for switch in on_the_way:
            deployment.switches.ofctl("--strict", "del-flows", switch, no_rekeys)
        onos.configure()
    deployment.wait(lambda: onos.members()[site.member_address]["rekeysMissed"] == 0, 30, "its acknowledgement")
    assert any(tek["spi"] == spi for tek in pipelines[2].status()["teks"])
    assert "SILENT" in onos.log.read_text(encoding="utf-8")
    for address, member in onos.members().items():
        copies = member["rekeysSent"] - sent[address]
        assert copies > 2 if address == site.member_address else copies <= 2, (address, copies)


def test_a_key_is_replaced_for_what_was_sent_under_it_and_nothing_is_lost(deployment, onos, ping, tolerated):
    """Its lifetime is an hour; a thousand packets of all sites together end it, as the switches count them."""

    def limited(vpn):
        vpn["groups"][0]["tek"]["packets"] = 1000

    (old,) = onos.sas()
    onos.configure(change=limited)
    try:
        pings = [ping(1, 2, interval=0.01), ping(2, 3, interval=0.01)]
        deployment.wait(lambda: old not in onos.sas(), 90, f"{old} replaced")
        for running in pings:
            running.wait_for_replies(20, 10)
            assert running.stop().share_lost <= tolerated
    finally:
        onos.configure()
    assert "packets" in onos.log.read_text(encoding="utf-8").split("the key is replaced")[0].splitlines()[-1]
