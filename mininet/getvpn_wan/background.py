# SPDX-License-Identifier: Apache-2.0
"""A process that may outlive the command that began it, as `demo --keep` does."""

import os
import signal
import sys


class Background:
    """Runs work in a child process; the parent waits for its result and then ends.

    The child may say its result early, with `detach`, and live on until SIGTERM. Ctrl-C at the parent
    becomes a SIGTERM for the child, which raises SystemExit there, so that `finally` clauses run.
    """

    def __init__(self, pid_file, log):
        self._pid_file = pid_file
        self._log = log
        self._result = None

    def run(self, work):
        """Calls `work()` in the child; returns its result, an exit code, in the parent."""
        sys.stdout.flush()
        readable, self._result = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(readable)
            os._exit(self._in_child(work))
        os.close(self._result)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
        said = os.read(readable, 1)
        if said:
            return said[0]
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def detach(self, code):
        """Tells the parent its exit code and waits for SIGTERM."""
        os.write(self._result, bytes([code]))
        os.close(self._result)
        sys.stdout.flush()
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for descriptor in (1, 2):
            os.dup2(log, descriptor)
        while True:
            signal.pause()

    def _in_child(self, work):
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self._pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
        try:
            code = work()
        except SystemExit as end:
            code = end.code or 0
        finally:
            self._pid_file.unlink(missing_ok=True)
        sys.stdout.flush()
        return code
