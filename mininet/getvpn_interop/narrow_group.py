# SPDX-License-Identifier: Apache-2.0
"""A group of two members at the narrow WAN's sites, and its key server at the first router."""

import contextlib

from getvpn_wan.wait import until

from . import narrow_wan, programs
from .cable import KEY_SERVER

_GATEWAY = {"kind": "gateway", "siteInterface": "site", "wanInterface": "wan"}
_HOST = {"kind": "host", "tunInterface": "gm0", "wanInterface": "eth0"}


@contextlib.contextmanager
def started(run, key, group=None, on_hosts=(), fates=None, **settings):
    """Yields the WAN and both members as soon as they have a key to send with.

    The members are gateways, but those of the sites `on_hosts` sit on the host itself. `fates` is the WAN's; the
    members take `settings` too.
    """
    with contextlib.ExitStack() as running:
        wan = running.enter_context(narrow_wan.NarrowWan(run, fates))
        addresses = {
            site: narrow_wan.HOSTS[site] if site in on_hosts else gateway
            for site, gateway in narrow_wan.MEMBERS.items()
        }
        for site in on_hosts:
            wan.let_host_encrypt(site)
        keys = run.secret("narrow-ks.psk", "".join(f"{address} 0x{key}\n" for address in addresses.values()))
        server = programs.KeyServer(
            run,
            wan.namespace("r1"),
            preSharedKeysFile=str(keys),
            group={"members": list(addresses.values()), "policy": narrow_wan.POLICY, **(group or {})},
        )
        running.enter_context(server)
        members = [
            programs.Member(
                run,
                wan.namespace(f"h{site}" if site in on_hosts else f"g{site}"),
                name=f"narrow-gm{site}",
                identity=address,
                preSharedKeysFile=programs.pre_shared_keys(run, f"narrow-gm{site}.psk", KEY_SERVER, key),
                attachment=_HOST if site in on_hosts else _GATEWAY,
                **settings,
            )
            for site, address in addresses.items()
        ]
        for member in members:
            running.enter_context(member)
        for member in members:
            member.wait_until_said("registered", seconds=60)
            until(lambda member=member: "SENDABLE" in str(member.status()["teks"]), 20, "a key to send with")
        yield wan, members
