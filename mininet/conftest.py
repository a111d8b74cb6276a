# SPDX-License-Identifier: Apache-2.0
"""What all scenarios need, with ONOS or without."""

import os

import pytest


def pytest_collection_modifyitems(items):
    """Without root no scenario can run; in CI that is an error, not a reason to skip."""
    scenarios = [item for item in items if item.path.parent.name in ("interop", "p4", "scenarios")]
    if os.geteuid() == 0 or not scenarios:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError("the scenarios need root: sudo ./getvpn test")
    for item in scenarios:
        item.add_marker(pytest.mark.skip(reason="missing: root (sudo ./getvpn test)"))
