# SPDX-License-Identifier: Apache-2.0
"""A group member on a site's pipeline host, and the supervisor that starts it again when it dies."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import threading

from .onos import resident_mebibytes
from .run_directory import ROOT
from .wait import until

JAR = ROOT / "gm-pipeline" / "target" / "getvpn-gm.jar"
OPTIONS = ROOT / "gm-pipeline" / "src" / "main" / "jvm.options"
_RESTART_AFTER_SECONDS = 0.5
_METRICS_PORTS = 9464  # and the site's number: several members may share a namespace


class Pipeline:
    """`getvpn-gm.jar` in the namespace of one site's pipeline host.

    It is started again half a second after it dies, as systemd would do it with `Restart=always`.
    """

    def __init__(self, plan, run, site, key_servers=None, group=None):
        self.site = site
        self._plan = plan
        self._run = run
        self._key_servers = list(key_servers or plan.key_server_addresses)
        self._group = group or plan.group_id
        self._socket = run.file(f"{site.member}.sock")
        self._metrics_port = _METRICS_PORTS + site.number
        self._process = None
        self._ended = threading.Event()
        self._supervisor = None
        self.starts = 0

    def configuration(self):
        """The YAML file; JSON is YAML."""
        return {
            "group": self._group,
            "keyServers": self._key_servers,
            "identity": self.site.member_address,
            "preSharedKeysFile": str(self._run.file(f"secrets/{self.site.member}.psk")),
            "phaseOneProposals": ["aes256-sha256-ecp256"],
            "attachment": self._plan.attachment(self.site),
            "statusSocket": str(self._socket),
            "metrics": f"127.0.0.1:{self._metrics_port}",
        }

    def start(self):
        """Starts it, unless it runs: a switch with the member inside was started as a switch."""
        if self._supervisor:
            return
        path = self._run.file(f"{self.site.member}.yaml")
        path.write_text(json.dumps(self.configuration(), indent=2) + "\n", encoding="utf-8")
        self._ended.clear()
        self._launch(path)
        self._supervisor = threading.Thread(
            target=self._supervise, args=(path,), name=f"supervisor-{self.site.member}", daemon=True
        )
        self._supervisor.start()

    def stop(self):
        if self._supervisor:
            self._ended.set()
            self._process.terminate()
            self._supervisor.join(15)
            self._supervisor = None

    def kill(self):
        """`kill -9`. The supervisor sees it and starts it again."""
        self._process.kill()

    def kill_for_good(self):
        """`kill -9`, and the supervisor with it."""
        self._ended.set()
        self._process.kill()
        self._supervisor.join(15)
        self._supervisor = None

    @property
    def pid(self):
        return self._process.pid

    @property
    def resident_mebibytes(self):
        return resident_mebibytes(self.pid)

    @property
    def log(self):
        return self._run.log(self.site.member)

    def status(self):
        """What `getvpn gm-status --json` prints, or None while the member does not answer."""
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.settimeout(5)
                asking.connect(str(self._socket))
                answer = b"".join(iter(lambda: asking.recv(65536), b""))
            except OSError:
                return None
        return json.loads(answer) if answer else None

    def metrics(self):
        """What Prometheus would scrape: {'name{labels}': value}."""
        with self._run.namespace(self._plan.member_node(self.site)).inside():
            connection = socket.create_connection(("127.0.0.1", self._metrics_port), timeout=5)
        asking = http.client.HTTPConnection("127.0.0.1", self._metrics_port)
        asking.sock = connection
        with contextlib.closing(asking):
            asking.request("GET", "/metrics")
            lines = asking.getresponse().read().decode().splitlines()
        words = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in words}

    def wait_until_registered(self, seconds=60):
        until(self.is_registered, seconds, f"{self.site.member} registered", every=0.3)

    def is_registered(self):
        status = self.status()
        return bool(status and any(tek["stage"] == "SENDABLE" for tek in status["teks"]))

    def _launch(self, path):
        java = os.path.join(os.environ["GETVPN_JDK25"], "bin", "java")
        command = [java, f"@{OPTIONS}", "-jar", str(JAR), "--config", str(path)]
        with open(self.log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._run.namespace(self._plan.member_node(self.site)).command(*command),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        self.starts += 1

    def _supervise(self, path):
        while True:
            self._process.wait()
            if self._ended.wait(_RESTART_AFTER_SECONDS):
                return
            self._launch(path)
