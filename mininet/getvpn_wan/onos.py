# SPDX-License-Identifier: Apache-2.0
"""The controller of a lab: ONOS with the application, in its own namespace."""

import os
import pathlib
import signal
import subprocess

from .plan import KEY_SERVER_NODE
from .rest import Rest, RestError
from .run_directory import ROOT
from .wait import until

DISTRIBUTION = ROOT / "karaf" / "distribution" / "target" / "onos"
ARCHIVES = ROOT / "app" / "target"
APPLICATION = "org.getvpn"
PROVIDERS = "org.onosproject.openflow"
P4_DRIVER = "org.onosproject.drivers.bmv2"


class Onos:
    """Starts, ends, kills and configures ONOS; asks it what it knows."""

    def __init__(self, plan, run, with_application=True, node=KEY_SERVER_NODE):
        self._plan = plan
        self._run = run
        self._with_application = with_application
        self._namespace = run.namespace(node)
        self.home = run.file(node)
        self.rest = Rest(self._namespace)

    def start(self):
        """Starts it and waits until REST answers. State of an earlier start is kept."""
        self._run.file(f"{self.home.name}.namespace").write_text(self._namespace.name + "\n", encoding="ascii")
        self._script("start", timeout=240)

    def stop(self):
        if self.home.exists():
            self._script("stop", timeout=60)

    def kill(self):
        """`kill -9`, as the out-of-memory killer would; returns when the process is gone."""
        pid = self.pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: not pathlib.Path(f"/proc/{pid}/stat").exists() or _is_zombie(pid), 10, "ONOS to die")
        (self.home / "onos.pid").unlink(missing_ok=True)

    @property
    def pid(self):
        """Of Karaf's Java process."""
        script = int((self.home / "onos.pid").read_text())
        return _java_below(script)

    @property
    def resident_mebibytes(self):
        return resident_mebibytes(self.pid)

    @property
    def log(self):
        return self.home / "apache-karaf" / "data" / "log" / "karaf.log"

    def configure(self, members=None, change=None):
        """Posts the plan's network configuration and waits until it is in force; `change` may edit the object before."""
        document = self._plan.network_configuration(self._run, members)
        if change:
            change(document["apps"][APPLICATION]["vpn"])
        self.rest.post("v1/network/configuration", document)
        until(lambda: not self.status()["configurationPending"], 30, "the configuration in force", every=0.1)

    def introduce_p4_switches(self, seconds=90):
        """Tells ONOS of the P4 switches; returns when each runs the pipeline and the others are connected too."""
        self.rest.post("v1/network/configuration", self._plan.p4_devices())
        everyone = {self._plan.device(switch) for switch in self._plan.switches}
        until(lambda: everyone <= self._available(), seconds, "all switches, P4 ones with their pipeline", every=0.3)

    @property
    def _patience(self):
        """Seconds. ONOS reads P4 switches now and then, where others tell it."""
        return 120 if self._plan.p4 else 60

    def wait_for_switches(self, seconds=None):
        """Until every switch is connected and both directions of every WAN link are known."""
        until(self._sees_everything, seconds or self._patience, "ONOS to see all switches and links", every=0.3)

    def wait_for_sites(self, seconds=None):
        """Until on every switch stands what should stand, by read-back."""
        until(self.sites_are_as_desired, seconds or self._patience, "rules on all switches as desired", every=0.2)

    def sites_are_as_desired(self):
        return all(self.site_is_as_desired(site) for site in self._plan.sites)

    def site_is_as_desired(self, site):
        try:
            return self.rest.get(f"getvpn/v1/sites/{site.name}/check")["consistent"]
        except RestError as error:
            if error.status in (404, 409, 503):
                return False
            raise

    def stranger(self):
        """REST as somebody who does not know the password."""
        return Rest(self._namespace, password="wrong")

    def status(self):
        return self.rest.get("getvpn/v1/status")

    def key_server(self):
        """What the key server counts."""
        return self.status()["keyServer"]

    def group(self):
        return self.rest.get(f"getvpn/v1/groups/{self._plan.group}")

    def members(self):
        """The members that the key server knows, by address."""
        answer = self.rest.get(f"getvpn/v1/groups/{self._plan.group}/members")["members"]
        return {member["address"]: member for member in answer}

    def sas(self, kind="TEK"):
        """SPIs of the group's live keys with their stages."""
        return {sa["spi"]: sa["stage"] for sa in self.keys() if sa["kind"] == kind}

    def keys(self):
        """The group's live keys, as REST tells them."""
        return self.rest.get(f"getvpn/v1/groups/{self._plan.group}/sas")["sas"]

    def rekey(self):
        """Starts a rekey and returns the SPI that it announces."""
        return self.rest.post(f"getvpn/v1/groups/{self._plan.group}/rekey")["spi"]

    def rekey_kek(self):
        """Starts a rollover of the key of rekey messages and returns the SPI that comes."""
        return self.rest.post(f"getvpn/v1/groups/{self._plan.group}/rekey-kek")["spi"]

    def evict(self, address):
        """Puts a member out and returns the group as it is then."""
        return self.rest.post(f"getvpn/v1/groups/{self._plan.group}/members/{address}/evict")

    def readmit(self, address):
        """Lets it in again and returns the group as it is then."""
        return self.rest.post(f"getvpn/v1/groups/{self._plan.group}/members/{address}/readmit")

    def sites(self):
        """Every site, as REST tells it."""
        return self.rest.get("getvpn/v1/sites")["sites"]

    def drops(self, site):
        """Packets that a site's switch dropped, by reason."""
        return next(one["drops"] for one in self.sites() if one["name"] == site.name)

    def shell(self, command):
        """What the ONOS shell prints to a command."""
        words = self._namespace.command(str(DISTRIBUTION / "bin" / "onos"), "cli", command)
        done = subprocess.run(
            words, check=False, env=self._environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60,
        )
        return done.stdout + done.stderr

    def activate(self, application=APPLICATION):
        self.rest.post(f"v1/applications/{application}/active")

    def deactivate(self, application=APPLICATION):
        self.rest.delete(f"v1/applications/{application}/active")

    def install_archive(self):
        """Installs and activates our .oar as in a stock ONOS."""
        (archive,) = ARCHIVES.glob("getvpn-app-*.oar")
        path = "v1/applications?activate=true"
        self.rest.call("POST", path, archive.read_bytes(), "application/octet-stream", timeout=120)

    def sees(self, switch):
        return self._plan.device(switch) in self._available()

    def _available(self):
        return {device["id"] for device in self.rest.get("v1/devices")["devices"] if device.get("available")}

    def _sees_everything(self):
        links = self.rest.get("v1/links")["links"]
        active = sum(1 for link in links if link.get("state") == "ACTIVE")
        return len(self._available()) == len(self._plan.switches) and active == 2 * len(self._plan.wan_links)

    def _environment(self):
        applications = [PROVIDERS] + ([P4_DRIVER] if self._plan.p4 else []) + ([APPLICATION] if self._with_application else [])
        return {
            **os.environ,
            "ONOS_HOME": str(self.home),
            "ONOS_APPS": ",".join(applications),
            "JAVA_HOME": os.environ.get("GETVPN_JDK17", os.environ.get("JAVA_HOME", "")),
        }

    def _script(self, verb, timeout):
        command = self._namespace.command(str(DISTRIBUTION / "bin" / "onos"), verb)
        with open(self._run.log(f"onos-{verb}"), "a+", encoding="utf-8") as log:
            begin = log.tell()
            done = subprocess.run(
                command, check=False, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                timeout=timeout,
            )
            if done.returncode:
                log.seek(begin)
                raise OSError(f"onos {verb}: {log.read().strip()[-2000:]}")


class StockOnos(Onos):
    """An ONOS without our application and without switches, in a namespace of its own."""

    def __init__(self, plan, run):
        super().__init__(plan, run, with_application=False, node="stock")

    def __enter__(self):
        namespace = self._namespace
        namespace.create()
        subprocess.run(namespace.command("ip", "link", "set", "lo", "up"), check=True)
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self._namespace.delete()


def resident_mebibytes(pid):
    """Resident memory of a process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)



def _is_zombie(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _java_below(pid):
    """The Java process that a start script runs, or the process itself if it has become that."""
    if pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip() == "java":
        return pid
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    for child in map(int, children):
        found = _java_below(child)
        if found:
            return found
    return None
