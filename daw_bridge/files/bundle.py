"""One file of four stems and their sum, in the format of Native Instruments Stems."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from daw_bridge.errors import BadValue, WriteFailed
from daw_bridge.files.audio.av_writer import AacFile
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.info import Audio
from daw_bridge.files.audio.stem_box import add_stem_box, stem_json
from daw_bridge.files.audio.tags import Tags
from daw_bridge.files.digest import Digest
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.steered import makes_anew, refuse_sums
from daw_bridge.files.sums import Sum, residual_to
from engines.spec import RESIDUAL, ModelSpec

STEMS = 4
BUNDLE = "stems"
"""What the one file holds, in events and in the record."""

_FIRST = ("drums", "bass", "vocals")


def bundle_sums(request: SeparateRequest, spec: ModelSpec) -> tuple[Sum, ...]:
    """The four stems: `other`, or the last one, takes what has no place of its own.

    Raises BadValue where some are left out, or there are not four.
    """
    if request.stems or request.two_stems or request.minus or request.integer("no-residual"):
        raise BadValue(
            "a choice of stems with --format stem.mp4", f"all: the file has exactly {STEMS} stems",
            "Leave out --stems, --two-stems, --minus and --no-residual, or choose another format.",
        )  # fmt: skip
    if makes_anew(spec):
        refuse_sums(spec, request)
    names = (*spec.stems, *(name for name in request.known_names if name not in spec.stems))
    outputs = names if residual_to(request, spec) else (*names, RESIDUAL)
    if len(outputs) < STEMS:
        raise BadValue(
            f"{len(outputs)} stems of the model {spec.name} with --format stem.mp4",
            f"{STEMS}", "Use another model or format; `daw-bridge models list` has their stems.",
        )  # fmt: skip
    if len(outputs) == STEMS:
        return tuple(Sum(name, (name,)) for name in outputs)
    home = "other" if "other" in names else names[-1]
    ranked = sorted((one for one in names if one != home), key=lambda one: one not in _FIRST)
    own = ranked[: STEMS - 1]
    rest = tuple(one for one in outputs if one not in own and one != home)
    return tuple(
        Sum(one, (one,) if one in own else (home, *rest)) for one in names if one in (*own, home)
    )


def combined(sums: Sequence[Sum]) -> str:
    """Which stems hold others as well, in words; "" for none."""
    return "; ".join(
        f"{one.name} also holds {', '.join(one.outputs[1:])}" for one in sums if one.outputs[1:]
    )


class Voice:
    """One stem of a bundle, written like a file of its own."""

    def __init__(self, form: AudioFormat) -> None:
        self.form = form
        self.peak = 0.0
        self.clipped_samples = 0
        self.block: Audio | None = None

    def write(self, audio: Audio) -> None:
        """The next samples, `(channels, n) float32`; `Bundle.flush` follows when all have some."""
        if audio.shape[1]:
            level = np.abs(audio)
            self.peak = max(self.peak, float(level.max()))
            self.clipped_samples += int(np.count_nonzero(level > 1.0))
        self.block = audio


class Bundle:
    """A .stem.mp4 file: the sum of the stems first, so that any player plays the song.

    `digest`: the hash of the stems' samples, their channels one after another. Mono becomes stereo,
    two equal channels. Raises WriteFailed.
    """

    def __init__(
        self, path: Path, form: AudioFormat, rate_hz: int, kbps: int, names: Sequence[str],
        tags: Tags,
    ) -> None:  # fmt: skip
        self._path, self._names = path, names
        self._file = AacFile(path, rate_hz, 2, kbps, tags, tracks=1 + len(names))
        self.voices = [Voice(form) for _ in names]
        self.digest = Digest()
        self._begun = False

    def flush(self) -> None:
        """Write the block that every voice has got."""
        blocks = [one.block for one in self.voices if one.block is not None]
        if not blocks or not blocks[0].shape[1]:
            return
        stems = np.stack(blocks)
        self.digest.update(np.concatenate(stems))
        master = stems.sum(axis=0, dtype=np.float64).astype(np.float32)
        self._begun = True
        self._file.write_tracks([_stereo(one) for one in (master, *stems)])

    def close(self) -> None:
        """Finish the file, and name its stems."""
        self._file.close()
        if not self._begun:
            return
        try:
            add_stem_box(self._path, stem_json(self._names))
        except (OSError, ValueError) as error:
            raise WriteFailed(
                f"{self._path} could not be finished ({error})", "enough disk space",
                "Free some space or choose another folder with -o.",
            ) from error  # fmt: skip


def _stereo(audio: Audio) -> Audio:
    return np.repeat(audio, 2, axis=0) if len(audio) == 1 else audio
