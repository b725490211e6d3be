"""Freed memory stays with the process: blocks are not mapped and given back one by one."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import ctypes, resource
from export.common.memory import keep_freed_memory
kept = keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    bytearray(64 << 20)
before = faults()
for _ in range(3):
    bytearray(64 << 20)
print(kept, faults() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs glibc")
def test_a_second_block_of_a_size_faults_no_pages_in() -> None:
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    kept, faults = done.stdout.split()
    if kept == "False":
        pytest.skip("this C library has no mallopt")
    assert int(faults) < 1000, "64 MiB are 16,384 pages"
