# SPDX-License-Identifier: Apache-2.0
"""A private Open vSwitch: database, daemon and control sockets all in the run directory."""

import os
import re
import subprocess

_QUEUE = re.compile(r"\*:(\S+) .*\bskmem:\(.*,d(\d+)\)")
_SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


class OpenVSwitch:
    """ovsdb-server and ovs-vswitchd of one run. Another one on the machine is left alone.

    The daemons run in the namespace of the caller. `OVS_RUNDIR` leads every `ovs-*` command that
    this process starts, Mininet's among them, to these daemons.
    """

    def __init__(self, run):
        self._folder = run.folder("ovs")
        self._logs = run
        os.environ["OVS_RUNDIR"] = str(self._folder)

    def start(self):
        database = self._folder / "conf.db"
        database.unlink(missing_ok=True)
        self._call("ovsdb-tool", "create", database, _SCHEMA)
        socket = self._folder / "db.sock"
        self._call("ovsdb-server", database, f"--remote=punix:{socket}", *self._daemon("ovsdb-server"))
        self._call("ovs-vsctl", "--no-wait", "init")
        # first in line for the processor: a switch in hardware is not starved by the programs beside it either
        self._call("nice", "-n", "-10", "ovs-vswitchd", f"unix:{socket}", *self._daemon("ovs-vswitchd"))

    def stop(self):
        for name in ("ovs-vswitchd", "ovsdb-server"):
            if (self._folder / f"{name}.pid").exists():
                subprocess.run(["ovs-appctl", "-t", str(self._folder / f"{name}.ctl"), "exit"], check=False, capture_output=True)

    def flows(self, switch):
        """`dump-flows` of a switch, one line per flow, without statistics."""
        answer = self.ofctl("--no-stats", "dump-flows", switch)
        return sorted(line.strip() for line in answer.splitlines() if "actions=" in line)

    def flows_with_counters(self, switch):
        return [line for line in self.ofctl("dump-flows", switch).splitlines() if "actions=" in line]

    def ofctl(self, *words):
        return self._call("ovs-ofctl", "-O", "OpenFlow13", *words)

    def vsctl(self, *words):
        return self._call("ovs-vsctl", *words)

    def delete_flows(self, switch, *match):
        """Deletes rules behind the controller's back: all, or those that a strict match names."""
        if match:
            return self.ofctl("--strict", "del-flows", switch, *match)
        return self.ofctl("del-flows", switch)

    def drops(self):
        """What the datapath itself dropped since its start, by its own names; none is a healthy one."""
        control = str(self._folder / "ovs-vswitchd.ctl")
        lines = self._call("ovs-appctl", "-t", control, "coverage/show").splitlines()
        words = [line.split() for line in lines if line.startswith("datapath_drop") or "_lock_error" in line]
        return {line[0]: int(line[-1]) for line in words if line[-1].isdigit()}

    def lost_unread(self):
        """What came to its ports while it was not given the processor, more than their queues hold: by port, since their making."""
        lines = self._call("ss", "-0", "-a", "-n", "-m", "-p", "-O").splitlines()
        queues = [_QUEUE.search(line) for line in lines if "ovs-vswitchd" in line]
        return {queue[1]: int(queue[2]) for queue in queues if queue and int(queue[2])}

    def _daemon(self, name):
        return (
            "--detach",
            "--no-chdir",
            f"--pidfile={self._folder / name}.pid",
            f"--log-file={self._logs.log(name)}",
            f"--unixctl={self._folder / name}.ctl",
            "-vconsole:off",
        )

    def _call(self, *words):
        done = subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True)
        if done.returncode:
            raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def strict_match(rule):
    """From a line of `dump-flows`, what names this rule alone to `del-flows --strict`."""
    match = rule.split(" actions=")[0]
    words = [word.strip() for word in match.replace(" ", ",").split(",") if word.strip()]
    gone = ("cookie=", "send_flow_rem", "reset_counts", "idle_timeout=", "hard_timeout=")
    return ",".join(word for word in words if not word.startswith(gone))
