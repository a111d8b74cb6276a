# SPDX-License-Identifier: Apache-2.0
"""A pair of gateways at half of what it carries, with a rekey every half minute, for as long as is wanted.

Five minutes where continuous integration runs it, and a minute and a half elsewhere; GETVPN_SOAK_MINUTES=60 is
the long one.
"""

import json
import os
import subprocess
import time

import pytest
from getvpn_interop.narrow_wan import HOSTS, NARROW
from getvpn_wan.onos import resident_mebibytes
from getvpn_wan.wait import until

MINUTES = float(os.environ.get("GETVPN_SOAK_MINUTES", "5" if os.environ.get("CI") else "1.5"))
GROUP = {"tek": {"lifetime": 60}, "activationDelay": 3, "deactivationDelay": 8}
PAYLOAD = 1300
# what says nothing of keys: frames of no IP, and a kernel whose queue is full
NOT_CRYPTO = ("NOT_IP", "SEND_FAILED")


@pytest.fixture
def stream(narrow):
    """stream(seconds, rate) sends UDP from h1 to h2 and returns iperf3's own summary of what arrived."""
    wan, members = narrow(group=GROUP, mtu=NARROW)

    def send(seconds, rate):
        server = subprocess.Popen(
            wan.namespace("h2").command("iperf3", "-s", "-1", "-B", HOSTS[2]),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            listening = wan.namespace("h2").command("ss", "-Hltn", "sport = :5201")
            until(lambda: subprocess.check_output(listening), 10, "iperf3's server")
            words = ("iperf3", "-J", "-c", HOSTS[2], "-u", "-l", str(PAYLOAD), "-b", str(rate), "-t", str(seconds))
            done = subprocess.run(
                wan.namespace("h1").command(*words), check=True, capture_output=True, text=True, timeout=seconds + 60
            )
            return json.loads(done.stdout)["end"]["sum"]
        finally:
            server.kill()
            server.wait()

    return send, members


def test_nothing_is_lost_to_keys_and_memory_stays_flat(stream):
    send, members = stream
    full = send(5, 0)
    rate = int(full["bits_per_second"] * (1 - full["lost_percent"] / 100) / 2)
    assert rate > 1_000_000
    sent, spis, memory = 0, set(), []
    end = time.monotonic() + 60 * MINUTES
    while time.monotonic() < end:
        sent += send(10, rate)["packets"]
        for member in members:
            status = member.status()
            spis |= {tek["spi"] for tek in status["teks"]}
            drops = {reason: count for reason, count in status["drops"].items() if count and reason not in NOT_CRYPTO}
            assert drops == {}
        memory.append(max(resident_mebibytes(member.pid) for member in members))
    decrypted = members[1].status()["counters"]["packetsDecrypted"]
    assert decrypted > sent / 2
    assert len(spis) >= 2 * MINUTES - 1, "a rekey every half minute"
    early, late = memory[len(memory) // 3], max(memory[-len(memory) // 3 :])
    assert late <= 1.1 * early, f"resident MiB every ten seconds: {memory}"
    for member in members:
        assert member.times("registered with") == 1
