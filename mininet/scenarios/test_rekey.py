# SPDX-License-Identifier: Apache-2.0
"""New keys under traffic: receive before send, delete last."""


def test_three_rekeys_under_traffic_lose_no_packet(deployment, onos, ping):
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
        assert running.stop().lost == 0
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
