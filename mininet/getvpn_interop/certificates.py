# SPDX-License-Identifier: Apache-2.0
"""How each end is told of the same certificates."""


def files(authority, credential):
    """The `certificate` of our programs."""
    return {
        "chainFile": str(credential.certificate),
        "privateKeyFile": str(credential.key),
        "authorityFiles": [str(authority.certificate)],
    }


def signed(own, peer):
    """Both ends by the subjects of their certificates, in swanctl's words."""
    return tuple(
        f'auth = pubkey\n {extra} id = "O=GET VPN interop, OU=WAN, CN={one.common_name}"'
        for one, extra in ((own, "certs = own.pem\n"), (peer, ""))
    )
