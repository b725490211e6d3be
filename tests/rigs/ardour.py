"""Ardour without its window: a session with a song on its track `mix`, recorded by ardour7-lua."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from engines.types import Audio
from tests.rigs.jack import JackServer

SUPERCLOCKS_PER_S = 282_240_000
"""Ardour's unit of time in session files."""
NAME = "song"
RUNS_WITHIN_S = 90.0
LOST_JACK = 75
"""The exit code of a script whose JACK server has closed the connection while the session opened,
as it does now and then to ardour7-lua 7.3, and not to the next one.
"""
TRIES = 6
_SCRIPTS = Path(__file__).parent


@dataclass(frozen=True)
class Take:
    """What a track has recorded: channels x samples, and the sample of the session it lies at."""

    samples: Audio
    at: int


class ArdourSession:
    """The session of a template, in a new folder; `rate_hz` is its sample rate."""

    def __init__(self, folder: Path, template: Path, rate_hz: int) -> None:
        self.folder, self.rate_hz = folder, rate_hz
        self.file = folder / NAME / f"{NAME}.ardour"
        self._audio = self.file.parent / "interchange" / NAME / "audiofiles"
        self._audio.mkdir(parents=True)
        self._state = ET.parse(template).getroot()
        self._state.set("name", NAME)
        self._state.set("sample-rate", str(rate_hz))

    def align(self, track: str, choice: str) -> None:
        """`UseExistingMaterial`, `UseCaptureTime` or `Automatic`, for takes of `track`."""
        self._route(track).set("alignment-choice", choice)

    def _route(self, track: str) -> ET.Element:
        found = self._state.find(f"Routes/Route[@name='{track}']")
        assert found is not None, track
        return found

    def take_connections(self) -> list[tuple[str, str]]:
        """Take those with daw-bridge out of the session: (source, sink), by their names in JACK.

        They are to be made once the session is open: ardour7-lua 7.3 asks JACK from two threads
        while it opens one that has connections, and JACK then may close it.
        """
        found = []
        for io in self._state.iterfind("Routes/Route/IO"):
            for port in io.iterfind("Port"):
                for one in port.findall("Connection"):
                    if (other := one.get("other", "")).startswith("daw-bridge:"):
                        port.remove(one)
                        own = f"ardour:{port.get('name')}"
                        found.append(
                            (own, other) if io.get("direction") == "Output" else (other, own)
                        )
        return found

    def import_song(self, song: Audio) -> None:
        """Lay `song`, channels x samples, on the track mix, from the session's beginning."""
        sources, playlist = (
            self._state.find(one) for one in ("Sources", "Playlists/*[@name='mix']")
        )
        assert sources is not None and playlist is not None
        length = song.shape[-1] * SUPERCLOCKS_PER_S // self.rate_hz
        region = {"name": NAME, "type": "audio", "id": "9000", "start": "a0",
                  "length": f"a{length}@a0", "channels": str(len(song)), "opaque": "1",
                  "fade-in-active": "0", "fade-out-active": "0"}  # fmt: skip
        for channel, samples in enumerate(song):
            name, number = f"{NAME}%{'LR'[channel]}.wav", str(9001 + channel)
            soundfile.write(self._audio / name, samples, self.rate_hz, subtype="FLOAT")
            ET.SubElement(sources, "Source", {
                "name": name, "type": "audio", "flags": "", "id": number, "channel": "0",
                "origin": "", "gain": "1", "natural-position": "a0",
            })  # fmt: skip
            region |= {f"source-{channel}": number, f"master-source-{channel}": number}
        ET.SubElement(playlist, "Region", region)

    def record(
        self, jack: JackServer, seconds: float, look: Callable[[], object] = lambda: None
    ) -> list[object]:
        """Let Ardour open it, connect it, play it for `seconds`, and record what is armed.

        Returns what `look` says just before it rolls and once it has stopped: programs that come
        and go cost JACK cycles, too.
        """
        links = self.take_connections()
        self.file.write_bytes(ET.tostring(self._state))
        loaded, ready = self.folder / "loaded", self.folder / "ready"
        stopped = self.folder / "stopped"
        done, seen = threading.Event(), list[object]()

        def follow() -> None:
            if not (_appears(loaded, done) and _connect(jack, links, done)):
                return
            seen.append(look())
            ready.touch()
            if _appears(stopped, done):
                seen.append(look())

        helper = threading.Thread(target=follow)
        helper.start()
        told = {"SECONDS": seconds, "LOADED": loaded, "READY": ready, "STOPPED": stopped}
        try:
            self.run("ardour_record.lua", jack.env, RUNS_WITHIN_S + 2 * seconds, **told)
        finally:
            done.set()
            helper.join()
        return seen

    def run(
        self,
        script: str,
        environment: Mapping[str, str],
        within_s: float = RUNS_WITHIN_S,
        **told: object,
    ) -> str:
        """Run a Lua script of tests/rigs in ardour7-lua; returns what it printed."""
        own = {"XDG_CONFIG_HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder),
               "SESSION": str(self.file.parent), "NAME": NAME}  # fmt: skip
        for _ in range(TRIES):
            done = subprocess.run(
                ["ardour7-lua", str(_SCRIPTS / script)],
                env={**os.environ, **environment, **own, **{k: str(v) for k, v in told.items()}},
                capture_output=True, text=True, check=False, timeout=within_s,
            )  # fmt: skip
            if done.returncode != LOST_JACK:
                break
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout + done.stderr

    def takes(self) -> dict[str, Take]:
        """What each track has recorded, and where it lies now, as Ardour has saved it."""
        state = ET.parse(self.file).getroot()
        names = {one.get("id"): one.get("name") for one in state.iterfind("Sources/Source")}
        found = {}
        for playlist in state.iterfind("Playlists/Playlist"):
            for region in playlist.iterfind("Region"):
                files = [names[region.get(f"source-{channel}")] for channel in range(2)]
                found[str(playlist.get("name"))] = self._take(region, files)
        return found

    def _take(self, region: ET.Element, files: list[str | None]) -> Take:
        found = re.fullmatch(r"a(\d+)@a(\d+)", region.get("length", ""))
        assert found
        count, at = (self._samples(text) for text in found.groups())
        first = self._samples(region.get("start", "a0")[1:])
        channels = [self._read(str(name))[first : first + count] for name in files]
        return Take(np.array(channels), at)

    def _samples(self, superclocks: str) -> int:
        return round(int(superclocks) * self.rate_hz / SUPERCLOCKS_PER_S)

    def _read(self, name: str) -> Audio:
        (path,) = self.file.parent.glob(f"interchange/*/audiofiles/{name}")
        samples: Audio = soundfile.read(path, dtype="float32")[0]
        return samples


def _appears(file: Path, done: threading.Event) -> bool:
    """Whether the file is there before all is over."""
    while not file.exists():
        if done.wait(0.1):
            return False
    return True


def _connect(jack: JackServer, links: list[tuple[str, str]], done: threading.Event) -> bool:
    """Make an open session's connections; False where all is over before."""
    for source, sink in links:
        jack.tool("jack_connect", source, sink)
    while not all(sink in jack.links(source) for source, sink in links):
        if done.wait(0.1):
            return False
    time.sleep(1.0)  # Ardour hears of the latencies
    return True


def lag(take: Take, song: Audio, gain: float) -> int:
    """How many samples later than in the song the take's audio lies in the session."""
    count = 2 ** int(np.ceil(np.log2(song.shape[-1] + take.samples.shape[-1])))
    spectra = (np.fft.rfft(one[0], count) for one in (take.samples, gain * song))
    found = np.fft.irfft(next(spectra) * np.conj(next(spectra)))
    at = int(np.argmax(found))
    return (at if at < count // 2 else at - count) + take.at


def beside(take: Take, song: Audio, later: int) -> Audio:
    """The song's length of the take, from `later` samples after where the song begins."""
    first = later - take.at
    padded = np.pad(take.samples, ((0, 0), (max(0, -first), song.shape[-1])))
    return padded[:, max(0, first) :][:, : song.shape[-1]]
