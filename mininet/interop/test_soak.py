# SPDX-License-Identifier: Apache-2.0
"""How the soak went that ran beside the other tests here (getvpn_interop.soak)."""

from getvpn_interop.soak import MINUTES

# what says nothing of keys: frames of no IP, and a kernel whose queue is full
NOT_CRYPTO = ("NOT_IP", "SEND_FAILED")


def test_nothing_is_lost_to_keys_and_memory_stays_flat(soak):
    record = soak.record()
    assert {reason: count for reason, count in record.drops.items() if count and reason not in NOT_CRYPTO} == {}
    assert record.decrypted > record.sent / 2
    assert len(record.spis) >= 2 * MINUTES - 1, "a rekey every half minute"
    early, late = record.memory[len(record.memory) // 3], max(record.memory[-len(record.memory) // 3 :])
    assert late <= 1.1 * early, f"resident MiB every ten seconds: {record.memory}"
    assert record.registrations == [1, 1]
