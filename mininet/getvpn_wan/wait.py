# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition, with a deadline and a sentence for the case that it never comes."""

import threading
import time


class NotInTime(AssertionError):
    """A condition did not come true before its deadline."""


def until(condition, seconds, what, every=0.1):
    """Calls `condition` until it returns something true, and returns that.

    An `OSError` in the condition counts as "not yet" (a REST server that does not listen yet).
    Raises NotInTime, naming `what`, after `seconds`.
    """
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    problem = None
    while True:
        try:
            answer = condition()
            if answer:
                return answer
            problem = None
        except OSError as error:
            problem = error
        if time.monotonic() > deadline:
            reason = f" (last: {problem})" if problem else ""
            raise NotInTime(f"{what}: not within {seconds} s{reason}")
        pause.wait(every)


def for_seconds(seconds):
    """Lets real traffic flow for this long. For durations that are measured, never for readiness."""
    threading.Event().wait(seconds)
