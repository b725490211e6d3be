"""What works on this machine and what is missing, each found by trying it."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.metadata
import os
import platform
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from daw_bridge import __version__
from daw_bridge.cli.model_card import stems_in_short
from daw_bridge.errors import NoPortAudio, describe
from daw_bridge.files.audio.pyav import pyav_version
from daw_bridge.files.audio.readable import BY_LIBSNDFILE, BY_PYAV, INSTALL
from daw_bridge.ports.device.portaudio import list_devices, list_hosts, load_sounddevice
from daw_bridge.ports.jack.library import quieten
from daw_bridge.settings.parameters import parameter
from engines.errors import EngineError
from engines.load import added_models, list_models, read_tree
from engines.ort import has, probe
from engines.providers import CPU, PACKAGES, PROVIDERS, Provider

OK, WARNING, FAILURE = "ok", "warning", "failure"

#: What the server needs, then what adds something to it (and what that is).
NEEDED = ("numpy", "soxr", "soundfile", "python-osc", "pyzmq")
OPTIONAL = {
    "sounddevice": "sound devices (--io device)",
    "matplotlib": "pictures of stems",
    "JACK-Client": "JACK (--io jack)",
    "websockets": "OSCQuery (--http-port)",
    "prometheus-client": "metrics (--metrics)",
    "torch": "training and export",
}
_JACK_NO_START_SERVER = 1


@dataclass(frozen=True)
class Check:
    """One thing looked at. `state` is ok, warning or failure; `action` what to do about it."""

    name: str
    state: str
    detail: str
    action: str = ""


def diagnose() -> Iterator[Check]:
    """Every check, in the order of what depends on what."""
    yield Check("daw-bridge", OK, f"{__version__}, Python {platform.python_version()}, "
                f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")  # fmt: skip
    for name in NEEDED:
        yield _needed(name)
    for name, use in OPTIONAL.items():
        version = _version(name)
        yield Check(name, OK, version or f"not installed; only needed for {use}")
    yield _runtimes()
    for row in PROVIDERS:
        yield _provider(row)
    yield _libsndfile()
    yield _pyav()
    yield _portaudio()
    yield _jack()
    yield _port("osc_port", socket.SOCK_DGRAM)
    yield _port("zmq_port", socket.SOCK_STREAM)
    yield _port("pub_port", socket.SOCK_STREAM)
    yield _port("http_port", socket.SOCK_STREAM)
    yield from _models()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _needed(name: str) -> Check:
    version = _version(name)
    if version is None:
        return Check(name, FAILURE, "not installed", f"pip install {name}")
    return Check(name, OK, version)


def _runtimes() -> Check:
    """onnxruntime, onnxruntime-gpu and so on are one Python module: having two breaks one."""
    found = {name: version for name in PACKAGES if (version := _version(name))}
    text = ", ".join(f"{name} {version}" for name, version in found.items())
    if not found:
        return Check("onnxruntime", FAILURE, "not installed", "pip install onnxruntime")
    if len(found) > 1:
        action = "Uninstall them with pip, then install the one you want"
        return Check("onnxruntime", FAILURE, f"{text}: they overwrite each other", action)
    return Check("onnxruntime", OK, text)


def _provider(row: Provider) -> Check:
    """A session of one node, made on the device and asked where it really is."""
    name, tested = f"device {row.name}", f"tested ({row.tested})" if row.tested else "untested"
    if not has(row):
        words = f"not in this onnxruntime; package {row.package} has it, on {row.systems}"
        return Check(name, OK, f"{words}; {tested}")
    try:
        return Check(name, OK, f"works: {probe(row.name)}; {tested}")
    except EngineError as error:
        state = FAILURE if row is CPU else WARNING
        return Check(name, state, f"{error.seen}; {tested}", error.action)


def _libsndfile() -> Check:
    import soundfile

    formats = soundfile.available_formats()
    missing = [
        name for name in ("WAV", "RF64", "FLAC", "OGG", "MP3", "AIFF") if name not in formats
    ]
    text = f"{soundfile.__libsndfile_version__}"
    if missing:
        action = "Install libsndfile 1.1 or later, or the soundfile wheel"
        return Check("libsndfile", WARNING, f"{text}, without {', '.join(missing)}", action)
    return Check("libsndfile", OK, f"{text}; reads {BY_LIBSNDFILE}")


def _pyav() -> Check:
    """The extra `formats`."""
    version = pyav_version()
    if not version:
        return Check("PyAV", OK, f"not installed; only needed to read {BY_PYAV} ({INSTALL})")
    return Check("PyAV", OK, f"{version}; reads {BY_PYAV}")


def _portaudio() -> Check:
    try:
        version = load_sounddevice().get_portaudio_version()[1].split(",")[0]
        hosts, devices = list_hosts(), list_devices()
    except NoPortAudio as error:
        return Check("sound devices", WARNING, error.seen, error.action)
    text = f"{version}: {len(devices)} devices through {', '.join(hosts) or 'no audio system'}"
    if not devices:
        action = "Connect a device, or start JACK or PipeWire; ZeroMQ and files need none"
        return Check("sound devices", WARNING, text, action)
    return Check("sound devices", OK, text)


def _jack() -> Check:
    """Asks libjack (JACK's own or PipeWire's) for a client, without starting a server."""
    path = ctypes.util.find_library("jack")
    if path is None:
        return Check("JACK", OK, "no library; only needed for JACK or PipeWire")
    name = os.environ.get("JACK_DEFAULT_SERVER", "default")
    try:
        running = _jack_answers(ctypes.CDLL(path))
    except OSError as error:
        return Check("JACK", WARNING, f"{path} does not load ({error})", "Reinstall it")
    return Check("JACK", OK, f"server {name!r} {'is running' if running else 'is not running'}")


def _jack_answers(library: ctypes.CDLL) -> bool:
    """Whether a client can be opened."""
    quieten(library)
    library.jack_client_open.restype = ctypes.c_void_p
    library.jack_client_close.argtypes = [ctypes.c_void_p]
    status = ctypes.c_int(0)
    client = library.jack_client_open(
        b"daw-bridge-doctor", _JACK_NO_START_SERVER, ctypes.byref(status)
    )
    if client is None:
        return False
    library.jack_client_close(client)
    return True


def _port(key: str, kind: socket.SocketKind) -> Check:
    """Whether the default port can be listened on."""
    option = parameter(key)
    number = int(option.default)
    with socket.socket(socket.AF_INET, kind) as one:
        try:
            one.bind((str(parameter("bind").default), number))
        except OSError as error:
            action = f"Is daw-bridge running already? If not, choose another with {option.cli_flag}"
            return Check(f"port {number}", WARNING, f"taken ({error.strerror})", action)
    protocol = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
    return Check(f"port {number}", OK, f"{protocol}, free ({option.cli_flag})")


def _models() -> Iterator[Check]:
    names = list_models()
    default = str(parameter("model").default)
    if default not in names:
        action = "Reinstall daw-bridge, or name a model with --model"
        yield Check(f"model {default}", FAILURE, "the default model is not installed", action)
    for name in names:
        yield _model(name)
    yield Check("added models", OK, f"in {added_models()} (daw-bridge models add)")


def _model(name: str) -> Check:
    try:
        spec = read_tree(name).spec
    except EngineError as error:
        return Check(f"model {name}", FAILURE, describe(error), "Run `daw-bridge models verify`")
    return Check(
        f"model {name}", OK, f"{stems_in_short(spec)}; {spec.rate_hz} Hz, {spec.channels} channels"
    )
