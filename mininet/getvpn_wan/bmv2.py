# SPDX-License-Identifier: Apache-2.0
"""bmv2's `simple_switch_grpc` as a Mininet switch: a real P4 switch, programmed over P4Runtime only."""

import os
import shutil
import signal
import subprocess

from mininet.node import Switch

from .wait import until

CONTROLLER_PORT = 510  # as group_member.p4 has it


def program():
    """The path of simple_switch_grpc: $GETVPN_BMV2, or on the PATH; None where there is none."""
    return shutil.which(os.environ.get("GETVPN_BMV2", "simple_switch_grpc"))


class Bmv2Switch(Switch):
    """Comes up without a program: it drops everything until a controller brings one.

    It must not be flooded (a few ten thousand packets a second are too many); scenarios send at most
    2000 packets a second through it.
    """

    def __init__(self, name, device_id, address, log, **more):
        super().__init__(name, **more)
        self._device_id = device_id
        self._address = address
        self._log = log
        self._process = None

    def start(self, controllers):
        """Starts the process; returns when it serves P4Runtime. `controllers` is not needed."""
        words = [program(), "--no-p4", "--device-id", str(self._device_id)]
        for number, interface in self.intfs.items():
            if interface.name != "lo":
                words += ["-i", f"{number}@{interface.name}"]
        words += ["--", "--grpc-server-addr", self._address, "--cpu-port", str(CONTROLLER_PORT)]
        with open(self._log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        port = self._address.rsplit(":", 1)[1]
        until(lambda: self._listens(port), 20, f"{self.name} serves P4Runtime")

    def kill(self):
        """`kill -9`: program and entries are gone."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self, deleteIntfs=True):
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(10)
        super().stop(deleteIntfs)

    def _listens(self, port):
        if self._process.poll() is not None:
            raise ChildProcessError(f"{self.name} ended with {self._process.returncode}, see {self._log}")
        answer = subprocess.run(["ss", "-Hltn", f"sport = :{port}"], check=True, capture_output=True, text=True)
        return answer.stdout.strip()
