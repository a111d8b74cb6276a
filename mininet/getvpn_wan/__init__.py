# SPDX-License-Identifier: Apache-2.0
"""A GET VPN WAN on one machine: Mininet, Open vSwitch, ONOS, pipelines, and a sniffer on every WAN link.

One class per concept:

    Plan          the numbers: sites, links, addresses; prints itself as network configuration
    RunDirectory  where everything of one run lies, and which namespaces belong to it
    OpenVSwitch   a private ovsdb-server and ovs-vswitchd with the userspace datapath
    Wan           the Mininet network made from a plan
    Onos          the controller, started by the launcher in a namespace of its own
    KeyServer     the key server without ONOS
    Pipeline      a group member and its supervisor
    LeakDetector  captures on every WAN link, proves itself, finds clear text
    Ping, Iperf   traffic and what became of it

Everything runs inside network namespaces named in the run directory, so several runs can live side by
side and `getvpn stop` needs no guessing.
"""
