# SPDX-License-Identifier: Apache-2.0
"""One cable and one certification authority for all; a fresh program at each end per scenario."""

import contextlib

import pytest
from getvpn_interop import narrow_group, programs
from getvpn_interop.authority import Authority
from getvpn_interop.cable import KEY_SERVER, MEMBER, Cable
from getvpn_interop.charon import Charon
from getvpn_interop.soak import Soak
from getvpn_wan.run_directory import RunDirectory, new_key_hex


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
    """narrow(...) makes a narrow WAN with a key server and two members (narrow_group.started)."""
    with contextlib.ExitStack() as running:
        yield lambda **settings: running.enter_context(narrow_group.started(run, key, **settings))


@pytest.fixture(scope="session", autouse=True)
def soak(request, run):
    """Runs beside everything else here, most of which waits; `test_soak` hears how it went. None: nobody will ask."""
    if not any(item.path.name == "test_soak.py" for item in request.session.items):
        yield None
        return
    with Soak(run.part("soak")) as running:
        yield running
