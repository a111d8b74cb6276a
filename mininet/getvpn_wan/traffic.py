# SPDX-License-Identifier: Apache-2.0
"""Traffic between end hosts, and what became of it."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from operator import attrgetter

from .leak_detector import KNOWN_PAYLOAD
from .wait import NotInTime, for_seconds, until

_SO_RCVBUFFORCE = 33
_UNDER_WAY = 5
_SETTLED = 100

_REPLY = re.compile(r"^\[(\d+\.\d+)\].*\bicmp_seq=(\d+) ttl=")
_SUMMARY = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")


@dataclass(frozen=True)
class PingResult:
    """`replies`: sequence number to the time of its answer, seconds since the epoch.

    Of a ping that was `interrupted` its last requests may still have been under way.
    """

    sent: int
    replies: dict
    interrupted: bool = False

    def __repr__(self):
        """Not thousands of answers, but what is missing, and when it should have come."""
        gaps = [f"{number} (after {self._last_before(number)})" for number in self.unanswered[:10]]
        return f"PingResult(sent={self.sent}, unanswered={len(self.unanswered)}: {', '.join(gaps)})"

    @property
    def lost(self):
        """Unanswered echo requests."""
        last = max(self.replies, default=0)
        under_way = set(range(max(last, self.sent - _UNDER_WAY) + 1, self.sent + 1)) if self.interrupted else set()
        return len(set(self.unanswered) - under_way)

    @property
    def share_lost(self):
        return share_lost([self])

    @property
    def unanswered(self):
        return sorted(set(range(1, self.sent + 1)) - set(self.replies))

    def _last_before(self, number):
        earlier = [when for answered, when in self.replies.items() if answered < number]
        moment = max(earlier, default=None)
        return "nothing" if moment is None else time.strftime("%H:%M:%S", time.gmtime(moment)) + f"{moment % 1:.3f}"[1:]

    def recovered_at(self, after, run=10):
        """The time of the first of `run` consecutive answers after a moment, or None."""
        numbers = sorted(number for number, when in self.replies.items() if when > after)
        for number in numbers:
            if all(number + step in self.replies for step in range(run)):
                return self.replies[number]
        return None


class _PingProcess:
    """A running `ping` from one node to an address, with the known payload in each packet, and what it wrote."""

    def __init__(self, log, namespace, address, options):
        self._log = log
        words = ["ping", "-n", "-p", KNOWN_PAYLOAD.hex(), *options, address]
        with open(self._log, "w", encoding="ascii") as out:
            self._process = subprocess.Popen(namespace.command(*words), stdout=out, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Ping(_PingProcess):
    """`ping` from one node to an address until it is stopped."""

    def __init__(self, run, node, address, interval=0.1, count=None, size=56):
        options = ["-D", "-i", str(interval), "-s", str(size)]
        if count:
            options += ["-c", str(count), "-W", "3"]
        super().__init__(run.log(f"ping-{node}-{address}"), run.namespace(node), address, options)

    def result_so_far(self):
        text = self._log.read_text(encoding="utf-8", errors="replace")
        replies = {}
        for line in text.splitlines():
            reply = _REPLY.match(line)
            if reply:
                replies.setdefault(int(reply[2]), float(reply[1]))
        summary = _SUMMARY.search(text)
        sent = int(summary[1]) if summary else max(replies, default=0)
        return PingResult(sent, replies)

    def wait_for_replies(self, number, seconds):
        """Until so many more answers than now have come."""
        goal = len(self.result_so_far().replies) + number
        until(lambda: len(self.result_so_far().replies) >= goal, seconds, f"{number} answers to pings")

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return replace(self.finish(10), interrupted=True)

    def finish(self, seconds=60):
        """Waits for the end of a ping with a count."""
        if self._process.wait(seconds) > 1:
            raise OSError(f"ping: {self._log.read_text(encoding='utf-8', errors='replace').strip()}")
        return self.result_so_far()


def share_lost(results):
    """Of all packets of several pings together."""
    return sum(result.lost for result in results) / max(sum(result.sent for result in results), 1)


@dataclass(frozen=True)
class FloodResult:
    """`lost`: requests that found no answer, without those that were under way at the very end."""

    sent: int
    answered: int
    lost: int

    @property
    def share_lost(self):
        return share_lost([self])

    @classmethod
    def of(cls, text):
        """Reads what `ping -f` wrote: a dot for each request, a backspace to take it away for each answer.

        So what is outstanding is known at every moment. Of requests that are under way an answer comes soon; the
        least that was outstanding in the last `_SETTLED` steps is what never got one.
        """
        drawing, _, summary = text.split("of data.\n", 1)[1].partition("\n---")
        outstanding, history = 0, []
        for step in re.findall(r"\.|\x08 \x08", drawing):
            outstanding += 1 if step == "." else -1
            history.append(outstanding)
        counted = _SUMMARY.search(summary)
        return cls(int(counted[1]), int(counted[2]), min(history[-_SETTLED:], default=0))


class FloodPing(_PingProcess):
    """`ping -f` between two nodes until it is stopped: the next request as soon as an answer is there."""

    def __init__(self, run, node, address):
        super().__init__(run.log(f"flood-{node}-{address}"), run.namespace(node), address, ["-f"])

    def stop(self):
        """Ends it when it has gone on for a second, in which what was under way arrives."""
        for_seconds(1)
        self._process.send_signal(signal.SIGINT)
        text = ""
        if self._process.wait(10) <= 1:
            text = self._log.read_text(encoding="ascii", errors="replace")
        if "---" not in text:
            raise OSError(f"ping -f: {text.strip()[-2000:]}")
        return FloodResult.of(text)


def ping_all(run, plan, count=10, interval=0.1, to=attrgetter("host_address"), size=56):
    """Every host pings every other, all at once. Returns {(from, to): PingResult}.

    `to`: the address of a site that is pinged.
    """
    pings = {
        (one.host, other.host): Ping(run, one.host, to(other), interval, count, size)
        for one in plan.sites
        for other in plan.sites
        if one is not other
    }
    return {pair: ping.finish() for pair, ping in pings.items()}


class Iperf:
    """One stream between two hosts, measured at the receiver."""

    def __init__(self, run, server_node, server_address, client_node, at_most=None):
        """`at_most`: Mbit/s, for switches that must not be flooded."""
        self._server = run.namespace(server_node).command("iperf3", "-s", "-1", "-B", server_address)
        self._client = run.namespace(client_node).command("iperf3", "-J", "-c", server_address)
        self._client += ["-b", f"{at_most}M"] if at_most else []
        self._listening = run.namespace(server_node).command("ss", "-Hltn", "sport = :5201")

    def megabits_per_second(self, seconds=5):
        """Of TCP."""
        return self._end(seconds)["sum_received"]["bits_per_second"] / 1e6

    def datagrams(self, seconds, octets, rate):
        """What iperf3 says in sum of UDP with payloads of so many octets at so many bit/s; 0: as many as can be."""
        return self._end(seconds, "-u", "-l", str(octets), "-b", str(rate))["sum"]

    def _end(self, seconds, *words):
        server = subprocess.Popen(self._server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(self._is_listening, 10, "iperf3 server")
            client = [*self._client, "-t", str(seconds), *words]
            done = subprocess.run(client, check=False, capture_output=True, text=True, timeout=seconds + 30)
            answer = json.loads(done.stdout)
            if "error" in answer:
                raise OSError(f"iperf3: {answer['error']}")
            return answer["end"]
        finally:
            if server.poll() is None:
                server.kill()
            server.wait()

    def _is_listening(self):
        return subprocess.run(self._listening, check=True, capture_output=True, text=True).stdout.strip()


class UdpStream:
    """A steady UDP stream from one site's host to another's until it is stopped, with every packet numbered."""

    SIZE = 1200
    # packets: a sender that was not given the processor for long would overrun queues that the stream itself would not
    _CATCH_UP = 8

    def __init__(self, run, sender, receiver, megabits):
        self._receiver = UdpReceiver(run.namespace(receiver.host), receiver.host_address)
        self._socket = run.namespace(sender.host).socket(kind=socket.SOCK_DGRAM)
        self._target = (receiver.host_address, UdpReceiver.PORT)
        self._interval = self.SIZE * 8 / (megabits * 1e6)
        self._sent = []
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="udp-stream", daemon=True)

    def __enter__(self):
        self._receiver.start()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        self._thread.join()
        self._socket.close()
        self._receiver.close()

    def _send_all(self):
        due = time.monotonic()
        while not self._ending.is_set():
            number = len(self._sent)
            self._sent.append(datetime.now(timezone.utc))
            self._socket.sendto(number.to_bytes(8, "big").ljust(self.SIZE, b"\0"), self._target)
            due = max(due + self._interval, time.monotonic() - self._CATCH_UP * self._interval)
            self._ending.wait(max(0.0, due - time.monotonic()))

    def stop(self):
        """Ends it. Returns how many packets were sent, and when those were that did not arrive within 5 s."""
        self._ending.set()
        self._thread.join()
        with contextlib.suppress(NotInTime):
            until(lambda: len(self._receiver.numbers) == len(self._sent), 5, "the last packets")
        arrived = self._receiver.numbers
        lost = [f"{when:%H:%M:%S.%f}" for number, when in enumerate(self._sent) if number not in arrived]
        return len(self._sent), lost


class UdpReceiver(threading.Thread):
    """Hears numbered packets at an address of its namespace, or of the multicast `group` that it joins there."""

    PORT = 5300

    def __init__(self, namespace, address, group=None):
        super().__init__(name="udp-receiver", daemon=True)
        self._socket = namespace.socket(kind=socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 8 << 20)
        self._socket.bind((group or address, self.PORT))
        if group:
            membership = socket.inet_aton(group) + socket.inet_aton(address)
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        self._socket.settimeout(0.2)
        self.numbers = set()
        self._ending = threading.Event()

    def run(self):
        while not self._ending.is_set():
            with contextlib.suppress(TimeoutError):
                self.numbers.add(int.from_bytes(self._socket.recv(2048)[:8], "big"))

    def close(self):
        self._ending.set()
        self.join()
        self._socket.close()
