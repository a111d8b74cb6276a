# SPDX-License-Identifier: Apache-2.0
"""What scenarios with rekeys by multicast need, whatever the switches are."""

import ipaddress


def by_multicast(plan, repeats):
    """A change of the configuration: the group's rekeys are multicast, and nobody acknowledges them."""

    def change(vpn):
        group = vpn["groups"][0]
        group["rekey"] = {"transport": "multicast", "address": plan.rekey_group, "repeats": repeats}
        group["rekeyAcknowledgement"] = "none"

    return change


def listens(deployment, site):
    """Whether the host of a member is in the group, as its kernel lists it."""
    group = ipaddress.ip_address(deployment.plan.rekey_group).packed
    with deployment.run.namespace(deployment.plan.member_node(site)).inside():
        with open("/proc/thread-self/net/igmp", encoding="ascii") as groups:
            return group[::-1].hex().upper() in groups.read()


def new_kek(deployment, onos):
    """Members hear with the KEK where its rekeys come. Returns its SPI."""
    fresh = onos.rekey_kek()
    deployment.wait(lambda: onos.sas("KEK").get(fresh) == "SENDABLE", 40, f"KEK {fresh} in use")
    return fresh
