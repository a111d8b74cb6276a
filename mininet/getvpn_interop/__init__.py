# SPDX-License-Identifier: Apache-2.0
"""Foreign implementations of IKE and GDOI, live against our key server and our member.

Two network namespaces and a cable: `ks` (192.0.2.1), where the key server is, and `gm` (192.0.2.2), where
the member is. At each end stands our program or a foreign one: strongSwan and
ike-scan from Debian, Cisco's gdoid where it is at hand.
"""
