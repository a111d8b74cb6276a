# SPDX-License-Identifier: Apache-2.0
"""Our key server and our member, each with a configuration of the test's own."""

import json
import os
import shutil
import socket
import subprocess

from getvpn_wan.key_server import JAR as KEY_SERVER_JAR
from getvpn_wan.pipeline import JAR as MEMBER_JAR
from getvpn_wan.pipeline import OPTIONS as MEMBER_OPTIONS
from getvpn_wan.run_directory import new_key_hex
from getvpn_wan.wait import until

from .cable import KEY_SERVER, MEMBER

GROUP = 1234


class Program:
    """A Java program in a namespace; `with` starts it and takes it down."""

    def __init__(self, run, namespace, name, jdk, options, configuration):
        self._namespace = namespace
        self._file = run.file(f"{name}.yaml")
        self.log = run.log(name)
        self.log.unlink(missing_ok=True)
        self._command = [
            os.path.join(os.environ[jdk], "bin", "java"), *options, "--config", str(self._file),
        ]
        self._process = None
        self.configuration = configuration

    def write(self):
        """Puts the configuration in its file. JSON is YAML."""
        self._file.write_text(json.dumps(self.configuration, indent=2) + "\n", encoding="utf-8")

    def __enter__(self):
        self.write()
        with open(self.log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._namespace.command(*self._command),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self):
        return self._process.pid

    def kill(self):
        """Ends it without a word."""
        self._process.kill()
        self._process.wait()

    def is_running(self):
        return self._process.poll() is None

    def said(self, *words):
        """Whether one line of the log holds all these words."""
        return self.times(*words) > 0

    def times(self, *words):
        """How many lines of the log hold all these words."""
        text = self.log.read_text(encoding="utf-8") if self.log.exists() else ""
        return sum(all(word in line for word in words) for line in text.splitlines())

    def wait_until_said(self, *words, seconds=40):
        until(
            lambda: self.said(*words) or not self.is_running(),
            seconds, f"the program says {words} (see {self.log})",
        )
        assert self.said(*words), f"the program ended without {words}: see {self.log}"


class KeyServer(Program):
    """`getvpn-ks.jar` at 192.0.2.1 with the group 1234."""

    def __init__(self, run, namespace, **settings):
        state = run.file("interop-ks-state")
        shutil.rmtree(state, ignore_errors=True)
        group = {
            "name": "blue",
            "id": GROUP,
            "members": [MEMBER],
            "policy": [{"action": "PROTECT", "source": "10.0.0.0/8", "destination": "10.0.0.0/8"}],
            **settings.pop("group", {}),
        }
        configuration = {
            "keyServer": {
                "addresses": [KEY_SERVER],
                "stateDirectory": str(state),
                "wrappingKeyFile": str(run.secret("interop-wrapping.key", new_key_hex() + "\n")),
                **settings,
            },
            "groups": [group],
        }
        options = ("-Xmx128m", "-XX:+UseSerialGC", "-jar", str(KEY_SERVER_JAR))
        super().__init__(run, namespace, "interop-key-server", "GETVPN_JDK17", options, configuration)

    def __enter__(self):
        super().__enter__()
        self.wait_until_said("serving on", seconds=90)
        return self


class Member(Program):
    """`getvpn-gm.jar`, if nothing else is said at 192.0.2.2, which asks 192.0.2.1 for the group 1234."""

    def __init__(self, run, namespace, name="interop-member", **settings):
        self._socket = run.file(f"{name}.sock")
        configuration = {
            "group": GROUP,
            "keyServers": [KEY_SERVER],
            "identity": MEMBER,
            "attachment": {"kind": "member-port", "interface": "eth0"},
            "statusSocket": str(self._socket),
            **settings,
        }
        options = (f"@{MEMBER_OPTIONS}", "-jar", str(MEMBER_JAR))
        super().__init__(run, namespace, name, "GETVPN_JDK25", options, configuration)

    def status(self):
        """What `getvpn gm-status --json` prints."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(5)
            asking.connect(str(self._socket))
            return json.loads(b"".join(iter(lambda: asking.recv(65536), b"")))


def pre_shared_keys(run, name, address, key):
    """A file of pre-shared keys with one line; the key in hexadecimal digits."""
    return str(run.secret(name, f"{address} 0x{key}\n"))
