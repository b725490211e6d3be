"""ports.jack.library: libjack is loaded once. What it says of latency is in test_serve.py."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from types import SimpleNamespace

import pytest

from daw_bridge.errors import NoDevice
from daw_bridge.ports.jack import library


def test_libjacks_callbacks_are_set_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are of the process, not of who asks."""
    calls: Counter[str] = Counter()

    def load(name: str) -> SimpleNamespace:
        calls[name] += 1
        time.sleep(0.05)  # so that all threads ask while the first one loads
        return SimpleNamespace(_libname="libjack")

    def quieten(loaded: str) -> None:
        calls[f"quieten {loaded}"] += 1

    monkeypatch.setattr(library, "quieten", quieten)
    monkeypatch.setattr(library, "ctypes", SimpleNamespace(CDLL=str))
    monkeypatch.setattr(library, "_loaded", [])
    monkeypatch.setattr(library, "importlib", SimpleNamespace(import_module=load))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(library.load_jack())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == {"jack": 1, "quieten libjack": 1}
    assert len(found) == 8 and len(set(map(id, found))) == 1


SILENT = """
from daw_bridge.ports.jack import library
jack = library.load_jack()
assert not jack._keepalive
try:
    jack.Client("x", no_start_server=True, servername="there is none")
except jack.JackOpenError:
    print("refused")
"""


GONE = """
import ctypes, ctypes.util
from daw_bridge.cli import diagnosis
diagnosis._jack()
called = []
where_freed_ones_lay = [ctypes.CFUNCTYPE(None)(lambda: called.append(1)) for _ in range(200)]
jack = ctypes.CDLL(ctypes.util.find_library("jack"))
jack.jack_client_open.restype = ctypes.c_void_p
assert jack.jack_client_open(b"x", 1, ctypes.byref(ctypes.c_int(0))) is None
print("called:", len(called))
"""


@pytest.mark.jack
def test_doctor_leaves_libjack_no_function_that_is_freed() -> None:
    environment = {**os.environ, "JACK_DEFAULT_SERVER": "there is none"}
    done = subprocess.run(
        [sys.executable, "-c", GONE], env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("called: 0", 0), done.stderr


@pytest.mark.jack
def test_libjack_is_silent_and_calls_nothing_of_pythons() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SILENT], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout.strip(), done.stderr, done.returncode) == ("refused", "", 0)


def test_a_missing_library_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise OSError("no libjack.so.0")

    monkeypatch.setattr(library, "_loaded", [])
    monkeypatch.setattr(library, "importlib", SimpleNamespace(import_module=fail))
    for _ in range(2):
        with pytest.raises(NoDevice, match=r"no libjack\.so\.0.*jackd2"):
            library.load_jack()
