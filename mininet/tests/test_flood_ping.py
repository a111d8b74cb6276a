# SPDX-License-Identifier: Apache-2.0
"""What a flood ping wrote is read to the packet."""

from getvpn_wan.traffic import FloodResult

ANSWERED = ".\b \b"


def written(drawing, sent, received):
    return (
        f"PATTERN: 0x47\nPING 10.2.0.10 (10.2.0.10) 56(84) bytes of data.\n{drawing}\n--- 10.2.0.10 ping statistics ---\n"
        f"{sent} packets transmitted, {received} received, 0% packet loss, time 9ms\n"
    )


def test_a_flood_that_found_all_answers_lost_nothing():
    assert FloodResult.of(written(ANSWERED * 300, 300, 300)) == FloodResult(300, 300, 0)


def test_what_was_under_way_at_the_very_end_is_not_lost():
    assert FloodResult.of(written(ANSWERED * 300 + "...", 303, 300)).lost == 0


def test_a_request_that_stays_outstanding_is_lost():
    assert FloodResult.of(written(ANSWERED * 100 + "." + ANSWERED * 200, 301, 300)).lost == 1


def test_late_answers_are_answers():
    assert FloodResult.of(written("..." + "\b \b" * 3 + ANSWERED * 300, 303, 303)).lost == 0
