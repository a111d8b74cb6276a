# SPDX-License-Identifier: Apache-2.0
"""Phase 1 between our member and strongSwan in the key server's place, in the words of both."""

from .cable import KEY_SERVER
from .certificates import files

SHARED = f"auth = psk\n id = {KEY_SERVER}", "auth = psk"
SUITE = "aes256-sha256-ecp256"
# What strongSwan wants of an initiator: the domain of interpretation that it knows, and one port 500, because
# it takes what comes from another port to its port 848 for ESP in UDP unless four zero octets stand before it.
ADAPTED = {"doi": 1, "port": 500}
ESTABLISHED = "IKE_SA peer[1] established between"


def by_certificate(authority, own, key_server, method="rsa", suite=SUITE):
    return {
        "authentication": [method],
        "phaseOneProposals": [suite],
        "certificate": files(authority, own),
        "keyServerIdentities": [key_server],
        **ADAPTED,
    }
