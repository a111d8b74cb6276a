# SPDX-License-Identifier: Apache-2.0
"""The sniffer on every WAN link that finds clear text, and proves that it would.

Per link three packet sockets, so that full speed costs no reading:

* all but ESP goes to the reader, which judges every frame (rules in `frames`);
* ESP is counted by the kernel, and of it the part whose outer addresses are two end hosts';
* one ESP frame of sixteen is read, to look for the payload that the hosts are known to send.

At its start and at its end the detector puts frames of its own, clear text with a random marker, on both
ends of every link. A verdict counts only if all of them were found and no capture lost a frame.
"""

import contextlib
import os
import secrets
import selectors
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from .capture import FrameSender, PacketSocket
from .frames import Kind, WanRules, describe, udp_frame
from .wait import NotInTime, until

_KEPT_SIGHTINGS = 40
_ALL_BUT_ESP = "not (ip proto 50 or ip6 proto 50) or vlan"
_ESP = "ip proto 50 or ip6 proto 50"
# What `Ping` puts into every packet. Eight octets do not turn up in ciphertext by chance.
KNOWN_PAYLOAD = bytes.fromhex("4765745670 6e21c1e4".replace(" ", ""))


@dataclass(frozen=True)
class Sighting:
    """A frame of clear text on a WAN link. `when`: seconds since the epoch."""

    when: float
    link: str
    what: str

    def __str__(self):
        return f"{time.strftime('%H:%M:%S', time.localtime(self.when))} on {self.link}: {self.what}"


@dataclass
class Verdict:
    """What the WAN links carried from the detector's start to its end."""

    kinds: Counter = field(default_factory=Counter)
    esp_frames: int = 0
    esp_between_hosts: int = 0
    esp_sampled: int = 0
    payload_in_esp: int = 0
    clear_text: int = 0
    sightings: list = field(default_factory=list)
    frames_lost: int = 0
    controls_missed: list = field(default_factory=list)

    @property
    def problems(self):
        """Sentences; empty if nothing leaked and the detector can be believed."""
        found = [f"clear text: {sighting}" for sighting in self.sightings]
        if self.clear_text > len(self.sightings):
            found.append(f"and {self.clear_text - len(self.sightings)} more frames of clear text")
        if self.payload_in_esp:
            found.append(f"{self.payload_in_esp} ESP frames carry the hosts' payload unencrypted")
        if self.frames_lost:
            found.append(f"the captures lost {self.frames_lost} frames: the verdict is worth nothing")
        found += [f"control frame not detected: {missed}" for missed in self.controls_missed]
        return found

    @property
    def addresses_preserved(self):
        """Whether there was ESP, all of it between addresses of end hosts."""
        return self.esp_frames > 0 and self.esp_between_hosts == self.esp_frames


class _LinkCapture:
    """The sockets on one link, both directions of it, seen from its last end: a port of the core.

    What a software switch or a gateway sends goes past the queue of its port, where no other socket sees it.
    """

    def __init__(self, link, hosts, groups):
        self.link = link
        at = link.ends[-1]
        self.rest = PacketSocket(at, _ALL_BUT_ESP)
        self.esp = PacketSocket(at, _ESP, buffer=0)
        sources = " or ".join(f"src host {address}" for address in hosts)
        destinations = " or ".join(
            [*(f"dst host {address}" for address in hosts), *(f"dst net {prefix}" for prefix in groups)]
        )
        self.esp_of_hosts = PacketSocket(
            at, f"({_ESP}) and ({sources}) and ({destinations})", buffer=0
        )
        self.sample = PacketSocket(at, _ESP, one_of=16)

    def close(self):
        for opened in (self.rest, self.esp, self.esp_of_hosts, self.sample):
            opened.close()


class LeakDetector:
    """Watches all WAN links of a plan from `start` to `stop`. A link has a `name` and `ends`, interfaces.

    `hosts`: addresses of end hosts; with `groups`, multicast prefixes, the only ones that ESP may carry outside. `pcap`: a
    file that receives every frame but ESP, to look at afterwards. `segment`: ARP may cross the WAN.
    """

    def __init__(
        self, links, hosts, key_servers, members, bypass=(), pcap=None, segment=False, rekey_group=None, groups=()
    ):
        self._links = links
        self._hosts = hosts
        self._groups = groups
        self._marker = b"getvpn leak control " + secrets.token_bytes(16)
        self._rules = WanRules(key_servers, members, bypass, self._marker, segment, rekey_group)
        self._verdict = Verdict()
        self._controls_seen = set()
        self._captures = []
        self._pcap = PcapFile(pcap) if pcap else None
        self._wake_read, self._wake_write = os.pipe()
        self._reader = threading.Thread(target=self._read_all, name="leak-detector", daemon=True)

    @classmethod
    def of(cls, plan, pcap=None):
        addresses = plan.key_server_addresses
        return cls(
            plan.wan_links,
            [*plan.hosts, *plan.ipv6_hosts],
            addresses,
            plan.members,
            plan.bypass,
            pcap,
            rekey_group=plan.rekey_group,
            groups=plan.data_groups,
        )

    def start(self):
        self._captures = [_LinkCapture(link, self._hosts, self._groups) for link in self._links]
        self._reader.start()
        self._inject("start")

    @property
    def clear_text(self):
        """Frames of clear text so far."""
        return self._verdict.clear_text

    @property
    def esp_frames(self):
        """ESP frames so far, on all links together: a packet counts once per link it crosses."""
        return sum(capture.esp.passed for capture in self._captures)

    def count(self, kind):
        """Frames of a kind other than ESP so far."""
        return self._verdict.kinds[kind]

    @contextlib.contextmanager
    def allowing(self, protect_lines):
        """Within it what these PROTECT lines of a group that migrates name may pass in clear, and is counted.

        All else stays as strict as ever. Frames are judged as they are read: end it when the last clear text that
        may pass passed a while ago.
        """
        self._rules.migrate(protect_lines)
        try:
            yield
        finally:
            self._rules.migrate(())

    def ignore(self, link):
        """Makes the detector deaf on a link, to show that it notices."""
        for capture in self._captures:
            if capture.link == link:
                capture.rest.refuse_all()

    def stop(self):
        """Injects the closing control frames, ends the captures and returns the verdict."""
        self._inject("end")
        os.write(self._wake_write, b".")
        self._reader.join()
        verdict = self._verdict
        for capture in self._captures:
            verdict.esp_frames += capture.esp.passed
            verdict.esp_between_hosts += capture.esp_of_hosts.passed
            verdict.frames_lost += capture.rest.dropped
            capture.close()
        if self._pcap:
            self._pcap.close()
        os.close(self._wake_read)
        os.close(self._wake_write)
        return verdict

    def _inject(self, phase):
        """One frame at each end of each link; all must be seen on the link they were put on."""
        expected = set()
        ipv4 = [host for host in self._hosts if ":" not in host]
        for number, link in enumerate(self._links):
            for end, interface in enumerate(link.ends):
                label = f"{phase} {number} {end}"
                payload = self._marker + label.encode()
                with FrameSender(interface) as sender:
                    sender.send(udp_frame(ipv4[0], ipv4[-1], 7, 7, payload))
                expected.add((link.name, label))
        try:
            until(lambda: expected <= self._controls_seen, 5, "control frames")
        except NotInTime:
            missed = sorted(expected - self._controls_seen)
            self._verdict.controls_missed += [f"{label} on {link}" for link, label in missed]

    def _read_all(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ, None)
            for capture in self._captures:
                selector.register(capture.rest, selectors.EVENT_READ, (self._judge, capture))
                selector.register(capture.sample, selectors.EVENT_READ, (self._look_into, capture))
            while True:
                ready = [key.data for key, _ in selector.select()]
                for todo in filter(None, ready):
                    todo[0](todo[1])
                if None in ready:
                    for capture in self._captures:
                        self._judge(capture)
                    return

    def _judge(self, capture):
        for frame, tagged in capture.rest.read():
            kind = self._rules.kind(frame, tagged)
            self._verdict.kinds[kind] += 1
            if self._pcap:
                self._pcap.write(frame)
            if kind is Kind.CONTROL:
                label = frame[frame.index(self._marker) + len(self._marker) :]
                self._controls_seen.add((capture.link.name, label.decode("ascii", "replace")))
            elif kind is Kind.CLEAR_TEXT:
                self._verdict.clear_text += 1
                if len(self._verdict.sightings) < _KEPT_SIGHTINGS:
                    sighting = Sighting(time.time(), capture.link.name, describe(frame))
                    self._verdict.sightings.append(sighting)

    def _look_into(self, capture):
        for frame, _ in capture.sample.read():
            self._verdict.esp_sampled += 1
            if KNOWN_PAYLOAD in frame:
                self._verdict.payload_in_esp += 1


class PcapFile:
    """A capture file of Ethernet frames, as tcpdump and Wireshark read it."""

    def __init__(self, path):
        self._file = open(path, "wb")
        self._file.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))

    def write(self, frame):
        seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        length = len(frame)
        self._file.write(struct.pack("=IIII", seconds, nanoseconds // 1000, length, length) + frame)

    def close(self):
        self._file.close()
