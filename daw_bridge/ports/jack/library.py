"""libjack through the package JACK-Client, and the latency calls that the package leaves out."""

from __future__ import annotations

import ctypes
import importlib
import sys
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from daw_bridge.errors import NoDevice

CAPTURE, PLAYBACK = 0, 1
"""Directions of latency: since the sound was recorded; until it will be played."""


INTEGER = "http://www.w3.org/2001/XMLSchema#int"
"""The type of a number in JACK's metadata."""

_LOADING = threading.Lock()


def load_jack() -> Any:
    """The JACK-Client module. Raises NoDevice, saying how to install it."""
    return _loaded[0] if _loaded else _load()


_loaded: list[Any] = []


def _load() -> Any:
    """Import it, once in a process.

    libjack calls its message functions from any thread. They are set here and never again.
    """
    with _LOADING:
        if not _loaded:
            jack = _import_jack()
            quieten(ctypes.CDLL(jack._libname))
            _loaded.append(jack)
        return _loaded[0]


def quieten(library: ctypes.CDLL) -> None:
    """libjack's own messages go to C's `strlen`, which does nothing with them: errors are raised.

    A function of Python's could be freed while libjack still calls it.
    """
    c = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)
    for name in ("jack_set_error_function", "jack_set_info_function"):
        set_function = getattr(library, name)
        set_function.argtypes, set_function.restype = [ctypes.c_void_p], None
        set_function(ctypes.cast(c.strlen, ctypes.c_void_p))


def _import_jack() -> Any:
    try:
        return importlib.import_module("jack")
    except (ImportError, OSError) as error:
        raise NoDevice(
            f"no JACK library ({error})", "libjack and the Python package JACK-Client",
            "Install jackd2 or pipewire-jack, and pip install JACK-Client.",
        ) from error  # fmt: skip


def open_client(name: str, server: str | None = None) -> Any:
    """A client of the running JACK server. Raises NoDevice where there is none."""
    jack = load_jack()
    try:
        return jack.Client(name, no_start_server=True, servername=server)
    except jack.JackOpenError as error:
        raise NoDevice(
            f"no JACK server ({error})",
            "a running JACK server",
            "Start it (PipeWire: put `pw-jack` before the command); JACK_DEFAULT_SERVER names it.",
        ) from error


class _Range(ctypes.Structure):
    _fields_ = (("min", ctypes.c_uint32), ("max", ctypes.c_uint32))


_LatencyCallback = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(load_jack()._libname)
    void = ctypes.c_void_p
    library.jack_set_latency_callback.argtypes = [void, _LatencyCallback, void]
    for call in (library.jack_port_get_latency_range, library.jack_port_set_latency_range):
        call.argtypes = [void, ctypes.c_int, ctypes.POINTER(_Range)]
        call.restype = None
    library.jack_recompute_total_latencies.argtypes = [void]
    return library


def _address(pointer: Any) -> int:
    """A cffi pointer as ctypes takes it."""
    return int(load_jack()._ffi.cast("uintptr_t", pointer))


def latency_range(port: Any, direction: int) -> tuple[int, int]:
    """Shortest and longest latency of a port, samples; direction CAPTURE or PLAYBACK."""
    found = _Range()
    _library().jack_port_get_latency_range(_address(port._ptr), direction, ctypes.byref(found))
    return int(found.min), int(found.max)


class LatencyPublisher:
    """Publishes to JACK by how many samples what comes in at `inputs` goes out later at `outputs`.

    Make it before the client is activated, and keep it as long as the client lives. Ports without
    a connection say nothing about where the sound comes from or goes to, and are left out.
    """

    def __init__(
        self, client: Any, inputs: Iterable[Any], outputs: Iterable[Any], latency_samples: int
    ) -> None:
        self._client = client
        self._latency_samples, self._published = latency_samples, False
        self._sides = {
            CAPTURE: (tuple(inputs), tuple(outputs)),
            PLAYBACK: (tuple(outputs), tuple(inputs)),
        }
        self._callback = _LatencyCallback(self._set_ranges)
        _library().jack_set_latency_callback(_address(client._ptr), self._callback, None)

    def publish(self, latency_samples: int) -> bool:
        """Have JACK ask every client anew; False if this latency is published already.

        Not from a JACK callback.
        """
        if latency_samples == self._latency_samples and self._published:
            return False
        self._latency_samples, self._published = latency_samples, True
        _library().jack_recompute_total_latencies(_address(self._client._ptr))
        return True

    def _set_ranges(self, direction: int, _: object) -> None:
        """JACK's thread: each far port has the range of the near ones, and our own latency."""
        near, far = self._sides[direction]
        ranges = [latency_range(one, direction) for one in near if one.number_of_connections]
        own = self._latency_samples
        shortest = min((low for low, _ in ranges), default=0) + own
        longest = max((high for _, high in ranges), default=0) + own
        for port in far:
            _library().jack_port_set_latency_range(
                _address(port._ptr), direction, ctypes.byref(_Range(shortest, longest))
            )
