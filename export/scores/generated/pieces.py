"""Windows of real songs, and the pieces that a model makes for each: alone, and to a stem of it.

A piece has the instruments that can be heard in its window, so that sets of both can be compared.
It is kept as WAV files in a folder of its own, to go on from and to listen to.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from engines.load import Model
from engines.methods import diffusion
from engines.methods.diffusion.generator import (
    Asked,
    Generator,
    cuts_of,
    gain_of,
    generation_of,
    heard_db,
)
from engines.types import Audio
from export.common.files import replacing
from export.common.metrics import audible
from export.common.songs import stamps
from export.scores.errors import ScoreError
from export.scores.evaluation.sets import Place, read
from export.scores.evaluation.systems import Exported, file_digest, loaded

OVERLAP = 0.5
ALONE = ""
PREFIX = "generated_"


@dataclass(frozen=True)
class RealWindow:
    """stems: those of the model that can be heard, (C, T) each at its rate."""

    place: Place
    stems: Mapping[str, Audio]

    @property
    def mix(self) -> Audio:
        """(C, T)"""
        total: Audio = np.sum(list(self.stems.values()), axis=0, dtype=np.float32)
        return total


@dataclass(frozen=True)
class Piece:
    """The new parts (C, T) for a window; `given`: the stem that they were made to, or ALONE."""

    window: RealWindow
    given: str
    parts: Mapping[str, Audio]

    @property
    def mix(self) -> Audio:
        """(C, T), the given stem with the new parts."""
        heard = [*self.parts.values(), *([self.window.stems[self.given]] if self.given else [])]
        total: Audio = np.sum(heard, axis=0, dtype=np.float32)
        return total


@dataclass(frozen=True)
class Making:
    """How pieces are made; 0 steps or guidance: the model's. `folder`: where they are kept."""

    model: Exported
    folder: Path
    steps: int = 0
    guidance: float = 0.0
    seed: int = 0

    def piece(self, window: RealWindow, given: str) -> Piece | None:
        """Made, or read where it is there; None where nothing would be new. Raises EngineError."""
        names = tuple(stem for stem in window.stems if stem != given)
        if not names or (given and given not in window.stems):
            return None
        folder = self.folder / self._folder_name(window, given)
        if not folder.is_dir():
            parts = self._made(window, given, names)
            with replacing(folder) as temporary:
                temporary.mkdir()
                _write(temporary, parts, given, window, self.model.spec.rate_hz)
        return Piece(window, given, {name: _read(folder / f"{PREFIX}{name}.wav") for name in names})

    def _folder_name(self, window: RealWindow, given: str) -> str:
        """It says all that the piece depends on."""
        place = window.place
        values = [
            file_digest(self.model.path), _code(), self.model.device, str(place.song),
            stamps(place.song, place.stems), place.start_s, place.seconds, list(window.stems),
            given, self.steps, self.guidance, self.seed,
        ]  # fmt: skip
        digest = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]
        return f"{place.name}{f' to {given}' if given else ''} {digest}"

    def _made(self, window: RealWindow, given: str, names: tuple[str, ...]) -> dict[str, Audio]:
        spec, model = self.model.spec, loaded(self.model)
        asked = self.asked(names, given)
        heard = [window.stems[given]] if given else []
        gain = gain_of(spec, asked, heard_db([[one] for one in heard]) if heard else None)
        samples = window.mix.shape[-1]
        cuts = cuts_of(spec, samples, OVERLAP)
        seed = (self.seed + zlib.crc32(window.place.name.encode())) % 2**31
        generator = Generator(spec, _session(model), generation_of(spec, asked), cuts, seed, gain)
        stretches = list(generator.run(_taking(heard, spec.channels)))
        found = np.concatenate(stretches, axis=-1)
        return dict(zip(names, found, strict=True))

    def asked(self, names: Sequence[str], given: str) -> Asked:
        """Each stem as a part of its own."""
        parts = tuple((name,) for name in names)
        return Asked(parts, ((given,),) if given else (), self.steps, self.guidance)


def _session(model: Model) -> Any:
    return model.session


def _taking(heard: Sequence[Audio], channels: int) -> Callable[[int], Audio]:
    """What is given, in order; silence behind its end."""
    left = np.stack(heard) if heard else np.zeros((0, channels, 0), np.float32)
    begun = 0

    def take(count: int) -> Audio:
        nonlocal begun
        part = left[..., begun : begun + count]
        begun += count
        missing = count - part.shape[-1]
        return np.pad(part, ((0, 0), (0, 0), (0, missing)))

    return take


def _code() -> str:
    """Of what samples."""
    digest = hashlib.sha256()
    for file in sorted(Path(diffusion.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _write(
    folder: Path, parts: Mapping[str, Audio], given: str, window: RealWindow, rate_hz: int
) -> None:
    for name, audio in parts.items():
        soundfile.write(folder / f"{PREFIX}{name}.wav", audio.T, rate_hz, "FLOAT")
    if given:
        soundfile.write(folder / f"given_{given}.wav", window.stems[given].T, rate_hz, "FLOAT")


def _read(path: Path) -> Audio:
    try:
        audio, _ = soundfile.read(path, dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        seen = f"{path} cannot be read ({error})"
        raise ScoreError(seen, "a part that was generated", "remove its folder") from error
    return np.ascontiguousarray(audio.T)


def real_window(place: Place, model: Exported) -> RealWindow | None:
    """None where fewer than two of the model's stems can be heard."""
    spec = model.spec
    task = read(place, spec.rate_hz, spec.channels, ())
    known = {stem: task.stems[stem] for stem in spec.stems if stem in task.stems}
    heard = {stem: audio for stem, audio in known.items() if bool(audible(audio))}
    return RealWindow(place, heard) if len(heard) > 1 else None
