# SPDX-License-Identifier: Apache-2.0
"""Which P4 switches stand at sites 1 and 2 of a WAN, by the name of their kind, and what a run with them needs.

`software`: both are our software switch, which is there wherever we are. `bmv2`: both are bmv2.
`mixed`: one of each, so that the group has three kinds of switches.
"""

from . import bmv2

SWITCHES = ("s1", "s2")
_SOFTWARE = {"software": SWITCHES, "bmv2": (), "mixed": ("s2",)}
KINDS = tuple(_SOFTWARE)


def in_plan(kind):
    """The fields of a Plan that say so; None: Open vSwitch everywhere."""
    return {"p4": SWITCHES, "software": _SOFTWARE[kind]} if kind else {}


def missing(kind):
    """What is not there, in words that say where to get it; empty if nothing is missing."""
    if set(SWITCHES) != set(_SOFTWARE[kind]) and not bmv2.program():
        return "simple_switch_grpc of bmv2, on the PATH or named by GETVPN_BMV2 (docs/p4.md)"
    return ""
