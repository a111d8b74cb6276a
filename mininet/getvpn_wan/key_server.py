# SPDX-License-Identifier: Apache-2.0
"""The key server without ONOS, on the same node and addresses that ONOS would have."""

import json
import os
import subprocess

from .plan import KEY_SERVER_NODE
from .run_directory import ROOT

JAR = ROOT / "ks-bundle" / "target" / "getvpn-ks.jar"
OPTIONS = ("-Xmx128m", "-XX:+UseSerialGC")


class KeyServer:
    """`getvpn-ks.jar` with the plan's groups."""

    def __init__(self, plan, run):
        self._plan = plan
        self._run = run
        self._process = None

    def start(self):
        path = self._run.file("key-server.yaml")
        settings = self._plan.key_server_settings(self._run)
        path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        java = os.path.join(os.environ["GETVPN_JDK17"], "bin", "java")
        command = [java, *OPTIONS, "-jar", str(JAR), "--config", str(path)]
        with open(self.log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._run.namespace(KEY_SERVER_NODE).command(*command),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )

    @property
    def log(self):
        return self._run.log("key-server")

    def kill(self):
        self._process.kill()
        self._process.wait()

    def stop(self):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(15)
