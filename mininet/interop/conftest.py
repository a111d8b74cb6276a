# SPDX-License-Identifier: Apache-2.0
"""One cable and one certification authority for all; a fresh program at each end per scenario."""

import contextlib

import pytest
from getvpn_interop import narrow_wan, programs
from getvpn_interop.authority import Authority
from getvpn_interop.cable import KEY_SERVER, MEMBER, Cable
from getvpn_interop.charon import Charon
from getvpn_wan.run_directory import RunDirectory, new_key_hex
from getvpn_wan.wait import until

GATEWAY = {"kind": "gateway", "siteInterface": "site", "wanInterface": "wan"}
HOST = {"kind": "host", "tunInterface": "gm0", "wanInterface": "eth0"}


@pytest.fixture(scope="session")
def run():
    return RunDirectory()


@pytest.fixture(scope="session")
def cable(run):
    with Cable(run) as made:
        yield made


@pytest.fixture(scope="session")
def authority(run):
    return Authority(run.folder("interop-authority"))


@pytest.fixture(scope="session")
def stranger(run):
    """An authority that nobody trusts."""
    return Authority(run.folder("interop-stranger"))


@pytest.fixture
def key():
    """A fresh pre-shared key, in hexadecimal digits."""
    return new_key_hex()


@pytest.fixture
def key_server(cable, run, key):
    """key_server(...) makes one at 192.0.2.1 that shares `key` with 192.0.2.2, not yet started."""
    keys = programs.pre_shared_keys(run, "interop-ks.psk", MEMBER, key)
    return lambda **settings: programs.KeyServer(
        run, cable.end("ks"), **{"preSharedKeysFile": keys, **settings}
    )


@pytest.fixture
def member(cable, run, key):
    """member(...) makes one at 192.0.2.2 that shares `key` with 192.0.2.1, not yet started."""
    keys = programs.pre_shared_keys(run, "interop-gm.psk", KEY_SERVER, key)
    return lambda **settings: programs.Member(
        run, cable.end("gm"), **{"preSharedKeysFile": keys, **settings}
    )


@pytest.fixture
def initiator(cable, run):
    """strongSwan in the member's place."""
    return lambda **more: Charon(run, cable.end("gm"), MEMBER, **more)


@pytest.fixture
def responder(cable, run):
    """strongSwan in the key server's place."""
    return lambda **more: Charon(run, cable.end("ks"), KEY_SERVER, **more)


@pytest.fixture
def narrow(run, key):
    """narrow(...) makes a narrow WAN with a key server and two members, which take these settings too.

    The members are gateways, but those of the sites `on_hosts` sit on the host itself. `fates` is the WAN's.
    """
    with contextlib.ExitStack() as running:

        def make(group=None, on_hosts=(), fates=None, **settings):
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
                group={
                    "members": list(addresses.values()), "policy": narrow_wan.POLICY, **(group or {})
                },
            )
            running.enter_context(server)
            members = [
                programs.Member(
                    run,
                    wan.namespace(f"h{site}" if site in on_hosts else f"g{site}"),
                    name=f"narrow-gm{site}",
                    identity=address,
                    preSharedKeysFile=programs.pre_shared_keys(run, f"narrow-gm{site}.psk", KEY_SERVER, key),
                    attachment=HOST if site in on_hosts else GATEWAY,
                    **settings,
                )
                for site, address in addresses.items()
            ]
            for member in members:
                running.enter_context(member)
            for member in members:
                member.wait_until_said("registered", seconds=60)
                until(lambda member=member: "SENDABLE" in str(member.status()["teks"]), 20, "a key to send with")
            return wan, members

        yield make
