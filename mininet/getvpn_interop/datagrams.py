# SPDX-License-Identifier: Apache-2.0
"""UDP across the narrow WAN."""

import contextlib
import socket

from .narrow_wan import HOSTS
from .transfer import family_of

_PORT = 5300
_IP_MTU_DISCOVER, DONT_FRAGMENT, MAY_FRAGMENT = 10, 2, 0
_IPV6_MTU_DISCOVER, AS_THE_PATH_IS = 23, 1


@contextlib.contextmanager
def datagrams(wan, discovery, to=HOSTS[2]):
    """What sends from h1 octets, or so many that are zero, and a socket at h2 that receives."""
    family = family_of(to)
    option = {
        socket.AF_INET: (socket.IPPROTO_IP, _IP_MTU_DISCOVER),
        socket.AF_INET6: (socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER),
    }[family]
    with (
        wan.namespace("h1").socket(family, socket.SOCK_DGRAM) as sending,
        wan.namespace("h2").socket(family, socket.SOCK_DGRAM) as receiving,
    ):
        receiving.settimeout(1)
        receiving.bind((to, _PORT))
        sending.setsockopt(*option, discovery)
        yield lambda octets: sending.sendto(bytes(octets), (to, _PORT)), receiving
