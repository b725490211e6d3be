"""The server's threads share a few heaps of glibc's, as glibc itself counts them."""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.memory import HEAPS, share_heaps

GLIBC = sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "malloc_info")
THREADS = 2 * HEAPS + 2
PROGRAM = """
import ctypes, sys, threading
from daw_bridge.memory import share_heaps

if sys.argv[1] == "shared":
    assert share_heaps()
libc = ctypes.CDLL(None)
for name in ("malloc", "fopen"):
    getattr(libc, name).restype = ctypes.c_void_p
meet = threading.Barrier(int(sys.argv[2]))

def allocate():
    meet.wait()
    libc.malloc(100_000)
    meet.wait()

threads = [threading.Thread(target=allocate) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[3].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def heaps(how: str, folder: Path) -> int:
    """How many heaps a process with many threads has."""
    report = folder / how
    command = [sys.executable, "-c", PROGRAM, how, str(THREADS), str(report)]
    subprocess.run(command, check=True, timeout=60)
    return len(re.findall(r"<heap nr=", report.read_text()))


@pytest.mark.skipif(not GLIBC, reason="malloc is not glibc's here")
def test_threads_share_heaps(tmp_path: Path) -> None:
    assert heaps("shared", tmp_path) <= HEAPS < heaps("own", tmp_path)


def test_elsewhere_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert share_heaps() is False
