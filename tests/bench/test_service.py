"""A unit under a real systemd, where one can be started: root, and namespaces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.service import ROOT, in_the_root


@pytest.mark.timeout(180)
@pytest.mark.systemd
@pytest.mark.jack
def test_service() -> None:
    if not Path("/lib/systemd/systemd").exists() or os.geteuid() != 0:
        pytest.skip("needs a systemd that can be started, as root")
    own = "mount --make-rprivate /"
    if in_the_root():
        own += " && mount -t cgroup -o none,name=daw-bridge-bench cgroup /tmp"
    namespace = ["unshare", "-m", "-p", "-f", "--mount-proc", "sh", "-c", own]
    if subprocess.run(namespace, capture_output=True, check=False).returncode:
        pytest.skip("needs a machine that lets namespaces be made, and a tree of cgroups")
    command = [sys.executable, "-m", "tests.bench.service", "--brief", "--deadline", "140"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr
    for line in ("/health: 200 ok", "stopped: inactive, success", "enable-linger"):
        assert line in done.stdout
