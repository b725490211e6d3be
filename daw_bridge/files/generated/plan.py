"""What one generation will do, checked against its files and its model before any work."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.files.audio.formats import AudioFormat, audio_format
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import GoOn, keep_on
from daw_bridge.files.audio.writer import require_encoder
from daw_bridge.files.generated.choosing import chosen
from daw_bridge.files.generated.options import Row
from daw_bridge.files.generated.request import GenerateRequest
from daw_bridge.files.outputs import Rights
from daw_bridge.files.plan import refuse_bitrate
from daw_bridge.files.record import GENERATED, RECORD, Record
from engines.methods.diffusion.generating import Generation
from engines.methods.diffusion.generator import Asked, cuts_of, generation_of
from engines.methods.diffusion.onward import Cuts
from engines.spec import ModelSpec

PREFIX = "generated_"
"""What the name of every generated file begins with."""


@dataclass(frozen=True)
class GenerationPlan:
    """A request that was checked against its files and its model.

    `asked`: the rows that are made and those that are given, in the order of `given`; `settings`:
    how they are sampled; `rate_hz` and `frames`: of the files; `cuts`: the windows, in samples of
    the model; `kbps`: the bit rate of a lossy format, 0 for others.
    """

    request: GenerateRequest
    model: Path
    spec: ModelSpec
    asked: Asked
    settings: Generation
    given: tuple[AudioInfo, ...]
    rate_hz: int
    frames: int
    cuts: Cuts
    form: AudioFormat
    kbps: int

    @property
    def folder(self) -> Path:
        """Where the files go."""
        return self.request.out_dir

    @property
    def rights(self) -> Rights:
        """What may be replaced there."""
        given = tuple(one.path for one in self.given)
        force, resume = (bool(self.request.integer(name)) for name in ("force", "resume"))
        return Rights(force, resume, given, GENERATED)

    @property
    def names(self) -> tuple[str, ...]:
        """What each file holds, without its suffix: generated_bass, generated_bass+drums."""
        return tuple(PREFIX + row_name(row) for row in self.asked.parts)

    @property
    def written(self) -> tuple[tuple[str, str], ...]:
        """(what is in it, name) of each file."""
        return tuple((one, one + self.form.suffix) for one in self.names)

    def notices(self) -> list[tuple[str, str]]:
        """(code, words) about what is read, and what will come of it."""
        seed = self.request.integer("refine/seed")
        found = [("generated", f"generated out of noise by {self.spec.name}, seed {seed}")]
        found += [("guidance", one) for one in self.settings.notes]
        return found + [said for info in self.given for said in self._of_given(info)]

    def _of_given(self, info: AudioInfo) -> list[tuple[str, str]]:
        name, channels = info.path.name, self.spec.channels
        found = [(code, f"{name}: {words}") for code, words in info.notices()]
        at = f"{name} has {info.rate_hz} Hz"
        if info.rate_hz != self.spec.rate_hz:
            found.append(("resampled", f"{at}: resampled to the model's {self.spec.rate_hz} Hz"))
        if info.rate_hz != self.rate_hz:
            found.append(("resampled", f"{at}, and the files are made at {self.rate_hz} Hz"))
        if info.channels != channels:
            words = (
                f"{name} has {info.channels} channels, the model {channels}: it hears their mean"
            )
            found.append(("given_channels", words))
        missing_s = self.frames / self.rate_hz - info.seconds
        if abs(missing_s) > 1 / self.rate_hz:
            how = "shorter than the piece: silent" if missing_s > 0 else "longer: not heard"
            found.append(("given_length", f"{name} is {abs(missing_s):.2f} s {how} at its end"))
        return found


def row_name(row: Row) -> str:
    """`bass`, `bass+drums`."""
    return "+".join(row)


def plan_generation(request: GenerateRequest, go_on: GoOn = keep_on) -> GenerationPlan:
    """Everything that can be known to fail before the work starts; `go_on` ends it by raising.

    Raises BadFile, BadValue, FileInTheWay, BadRecord, WriteFailed, and EngineError for the model,
    its instruments and its steps.
    """
    model, spec = chosen(request.model)
    asked = _asked(request, spec)
    settings = generation_of(spec, asked)
    given = tuple(probe(path, go_on=go_on) for _, path in request.given)
    rate_hz = request.integer("rate") or (given[0].rate_hz if given else spec.rate_hz)
    form = audio_format(request.text("format"))
    kbps = _kbps(request, form, rate_hz, spec.channels)
    frames = _frames(request, given, rate_hz)
    overlap = request.number("overlap")
    samples = 0 if frames is None else ceil(frames * spec.rate_hz / rate_hz)
    cuts = cuts_of(spec, samples, overlap)
    if frames is None:
        frames = cuts.samples * rate_hz // spec.rate_hz
    made = GenerationPlan(
        request, model, spec, asked, settings, given, rate_hz, frames, cuts, form, kbps
    )
    old = _check_targets(made)
    if old is None or not request.integer("resume"):  # what is kept needs no room
        _check_room(made)
    return made


def _asked(request: GenerateRequest, spec: ModelSpec) -> Asked:
    """Raises BadValue where nothing is left to make."""
    given = tuple(row for row, _ in request.given)
    known = {name for row in given for name in row}
    parts = request.parts or tuple((stem,) for stem in spec.stems if stem not in known)
    if not parts:
        raise BadValue(
            "all instruments of the model as given ones", "one at least that is made",
            "Give fewer, or name what to make with --stems.",
        )  # fmt: skip
    return Asked(parts, given, request.integer("refine/steps"), request.number("guidance"))


def _frames(request: GenerateRequest, given: tuple[AudioInfo, ...], rate_hz: int) -> int | None:
    """Samples of every file; None for as many as one window gives. Raises BadValue."""
    length = request.length
    if length is not None:
        frames = length.frames(rate_hz)
        if frames < 1:
            raise BadValue(
                f"seconds {request.text('seconds')!r}", "at least one sample", "Choose a length."
            )
        return frames
    return max((ceil(one.frames * rate_hz / one.rate_hz) for one in given), default=None)


def _kbps(request: GenerateRequest, form: AudioFormat, rate_hz: int, channels: int) -> int:
    """The bit rate in kbit/s; 0 where the format has none. Raises BadValue."""
    asked = request.integer("bitrate")
    if form.lossy is None:
        refuse_bitrate(form, asked)
        return 0
    require_encoder(form)
    return form.lossy.check(form.name, rate_hz, channels, asked)


def _check_targets(made: GenerationPlan) -> Record | None:
    """The record of what may be replaced."""
    try:
        return made.rights.check(made.folder, [*(file for _, file in made.written), RECORD])
    except OSError as error:
        raise WriteFailed(
            f"{made.folder} cannot be used ({error.strerror})", "a writable folder",
            "Choose another with -o.",
        ) from error  # fmt: skip


def _check_room(made: GenerationPlan) -> None:
    """Raises WriteFailed where the disk cannot hold the files; FileInTheWay where a file is."""
    need = made.form.bytes_for(made.frames, made.spec.channels) * len(made.names)
    place = next(one for one in (made.folder, *made.folder.absolute().parents) if one.exists())
    if not place.is_dir():
        raise FileInTheWay(f"{place} is no folder", "a folder", "Choose another with -o.")
    free = shutil.disk_usage(place).free
    if need > free:
        raise WriteFailed(
            f"the files need {need / 1e6:.1f} MB, and {place} has {free / 1e6:.1f} MB free",
            "enough free space",
            "Free some space, choose another folder with -o, or use --format flac-24.",
        )
