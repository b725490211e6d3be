"""Separates one file: checks it first (`plan`), then runs block by block in bounded memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from daw_bridge.errors import BadChannels, BadFile, BadValue, Cancelled, FileInTheWay, WriteFailed
from daw_bridge.files.audio import (
    Audio,
    AudioFormat,
    AudioInfo,
    AudioReader,
    AudioWriter,
    audio_format,
    probe,
)
from daw_bridge.files.outputs import OutputFolder, refuse_existing
from daw_bridge.files.request import SeparateRequest
from daw_bridge.settings.plan import StreamPlan, settings_for
from engines.load import Model, find_model, read_spec
from engines.spec import RESIDUAL, ModelSpec
from engines.stream import Stream, StreamSettings

#: Samples per channel that are read, separated and written at a time.
BLOCK_FRAMES = 65536

OnProgress = Callable[[float, str], bool]
OnNotice = Callable[[str, str], None]


@dataclass(frozen=True)
class JobPlan:
    """A request that was checked against its files and its model.

    `files`: the outputs that are written, in order; `pairs`: the channels of each stream.
    """

    request: SeparateRequest
    info: AudioInfo
    known: tuple[AudioInfo, ...]
    settings: StreamSettings
    pairs: tuple[tuple[int, ...], ...]
    files: tuple[str, ...]
    form: AudioFormat

    @property
    def folder(self) -> Path:
        """Where the stems go."""
        return self.request.out_dir / self.request.song_name

    def file_name(self, stem: str) -> str:
        """The file of one output."""
        return stem + self.form.suffix


def plan(request: SeparateRequest) -> JobPlan:
    """Everything that can be known to fail before the work starts.

    Raises BadFile, BadValue, BadChannels, FileInTheWay, WriteFailed, and EngineError for the model.
    """
    info = probe(request.source)
    known = tuple(_check_known(probe(path), info) for _, path in request.known)
    spec = _spec_of(find_model(request.model))
    pairs = _pairs(request, info)
    settings = _settings(request, spec, info)
    for pair in pairs:
        replace(settings, channels=len(pair)).check_for(spec)
    form = audio_format(request.text("format"))
    files = _files(request, spec, settings)
    made = JobPlan(request, info, known, settings, pairs, files, form)
    _check_targets(made)
    _check_room(made)
    return made


def run(planned: JobPlan, model: Model, progress: OnProgress, notice: OnNotice) -> list[Path]:
    """Separate and write; returns the files in the order of `planned.files`.

    `progress(fraction, stage)` returns whether to go on; Cancelled is raised if not. Nothing is
    left behind by an error.
    """
    with OutputFolder(planned.folder, bool(planned.request.integer("force"))) as output:
        with ExitStack() as stack:
            job = _Run(planned, model, progress, output.partial, stack)
            job.separate()
        job.report(notice)
        return output.commit([planned.file_name(one) for one in planned.files])


class _Run:
    """The state of one separation: open files, one stream per pair of channels."""

    def __init__(
        self, planned: JobPlan, model: Model, progress: OnProgress, folder: Path, stack: ExitStack
    ) -> None:
        self.plan, self._progress = planned, progress
        info = planned.info
        self._mix = stack.enter_context(AudioReader(info.path))
        self._known = [stack.enter_context(AudioReader(one.path)) for one in planned.known]
        self._streams = [self._stream(model, pair) for pair in planned.pairs]
        self._writers: list[AudioWriter] = []
        for stem in planned.files:
            path = folder / planned.file_name(stem)
            writer = AudioWriter(path, planned.form, info.rate_hz, info.channels, info.frames)
            stack.callback(writer.close)
            self._writers.append(writer)
        self._windows = max(1, -(-info.frames // self._hop_frames(model.spec)))

    def _hop_frames(self, spec: ModelSpec) -> int:
        """A hop in samples of the file."""
        rate = self.plan.info.rate_hz
        ratio = 1.0 if spec.suits_rate(rate) else rate / spec.rate_hz
        return max(1, int(self.plan.settings.hop_samples * ratio))

    def _stream(self, model: Model, pair: tuple[int, ...]) -> Stream:
        stream = Stream(model, replace(self.plan.settings, channels=len(pair)))
        pairs, batch = len(self.plan.pairs), self.plan.settings.batch
        before = self.plan.pairs.index(pair) / pairs

        def on_step(window: int, step: int, steps: int) -> bool:
            inside = min(1.0, before + step / steps / pairs)
            return self._tell((window + batch * inside) / self._windows)

        stream.on_step = on_step
        return stream

    def _tell(self, fraction: float, stage: str = "separate") -> bool:
        return self._progress(min(fraction, 1.0), stage)

    def separate(self) -> None:
        """Read, separate and write to the end."""
        total, done = self.plan.info.frames, 0
        while (block := self._mix.read(BLOCK_FRAMES)).shape[1]:
            known = [self._known_block(reader, block.shape[1]) for reader in self._known]
            done += self._write([
                stream.push(block[list(pair)], self._condition(known, pair))
                for stream, pair in zip(self._streams, self.plan.pairs, strict=True)
            ])  # fmt: skip
            self._go_on(done / total)
        self._write([stream.flush() for stream in self._streams])
        self._go_on(1.0, "write")

    def _go_on(self, fraction: float, stage: str = "separate") -> None:
        if not self._tell(fraction, stage):
            raise Cancelled(
                f"the separation of {self.plan.info.path} was cancelled",
                "it to finish",
                "Start it again.",
            )

    def _known_block(self, reader: AudioReader, frames: int) -> Audio:
        """The same stretch of a known stem, with silence after its end."""
        block = reader.read(frames)
        missing = frames - block.shape[1]
        return np.pad(block, ((0, 0), (0, missing))) if missing else block

    def _condition(self, known: Sequence[Audio], pair: tuple[int, ...]) -> dict[str, Audio] | None:
        names = self.plan.settings.known
        blocks = {name: one[list(pair)] for name, one in zip(names, known, strict=True)}
        return blocks or None

    def _write(self, parts: list[Audio]) -> int:
        """Write what the streams gave, `(outputs, channels, m)` each; returns m."""
        frames = {part.shape[2] for part in parts}
        assert len(frames) == 1, f"streams of one grid gave {frames} samples"
        joined = _join(parts, self.plan.pairs)
        names = self._streams[0].outputs
        for stem, writer in zip(self.plan.files, self._writers, strict=True):
            audio = joined[names.index(stem)]
            if stem == RESIDUAL:
                audio = audio + self._unwritten(joined, names)
            writer.write(audio)
        return int(joined.shape[2])

    def _unwritten(self, joined: Audio, names: tuple[str, ...]) -> Audio:
        """The sum of the stems without a file: what was asked for and the residual are the mix."""
        rows = [k for k, name in enumerate(names) if name not in (*self.plan.files, RESIDUAL)]
        total: Audio = joined[rows].sum(axis=0, dtype=np.float32)
        return total

    def report(self, notice: OnNotice) -> None:
        """Say what the user should know about what came out."""
        for info in self.plan.known:
            _notice_length(info, self.plan.info, notice)
        stats = [stream.stats for stream in self._streams]
        if bad := sum(one.nonfinite_in for one in stats):
            notice("nonfinite", f"{bad} input samples were NaN or infinite; replaced with silence")
        if bad := sum(one.nonfinite_out for one in stats):
            notice(
                "nonfinite", f"{bad} windows had no finite estimate; their mix is on the residual"
            )
        for stem, writer in zip(self.plan.files, self._writers, strict=True):
            if writer.clipped_samples:
                notice("clipped", _clipped(stem, writer))


def _join(parts: list[Audio], pairs: tuple[tuple[int, ...], ...]) -> Audio:
    """The outputs of every pair as `(outputs, channels of the file, m)`."""
    if len(parts) == 1:
        return parts[0]
    order = np.argsort([channel for pair in pairs for channel in pair])
    return np.concatenate(parts, axis=1)[:, order]


def _clipped(stem: str, writer: AudioWriter) -> str:
    db = 20 * float(np.log10(writer.peak))
    return (
        f"{stem}: {writer.clipped_samples} samples clipped, peak +{db:.2f} dBFS in "
        f"{writer.form.name}; --format wav-f32 keeps them"
    )


def _notice_length(info: AudioInfo, mix: AudioInfo, notice: OnNotice) -> None:
    missing = mix.frames - info.frames
    if missing > 0:
        notice(
            "known_length",
            f"{info.path.name} is {missing} samples shorter than the mix: padded with silence",
        )
    elif missing < 0:
        notice(
            "known_length",
            f"{info.path.name} is {-missing} samples longer than the mix: its end is cut",
        )


@lru_cache(maxsize=8)
def _spec_cached(path: Path, changed_ns: int) -> ModelSpec:
    return read_spec(path)


def _spec_of(path: Path) -> ModelSpec:
    """The spec, read once for many files."""
    return _spec_cached(path, path.stat().st_mtime_ns)


def _check_known(known: AudioInfo, mix: AudioInfo) -> AudioInfo:
    """A known stem must be at the mix's rate and channel count; its length may differ."""
    if (known.rate_hz, known.channels) != (mix.rate_hz, mix.channels):
        raise BadFile(
            f"known stem {known.path} has {known.channels} channels at {known.rate_hz} Hz",
            f"the mix's {mix.channels} channels at {mix.rate_hz} Hz",
            "Export it again from the same session.",
        )
    return known


def _pairs(request: SeparateRequest, info: AudioInfo) -> tuple[tuple[int, ...], ...]:
    pairs = request.pairs
    if not pairs and info.channels <= 2:
        return (tuple(range(info.channels)),)
    declared = sum(len(pair) for pair in pairs)
    if declared != info.channels:
        seen = f"--pairs has {declared} of them" if pairs else "--pairs is not given"
        raise BadChannels(
            f"{info.path} has {info.channels} channels, but {seen}",
            "every channel in a pair, or alone",
            f"Use --pairs, for example --pairs {_example(info.channels)}.",
        )
    return pairs


def _example(channels: int) -> str:
    twos = [f"{k}-{k + 1}" for k in range(1, channels, 2)]
    return ",".join(twos + ([str(channels)] if channels % 2 else []))


def _settings(request: SeparateRequest, spec: ModelSpec, info: AudioInfo) -> StreamSettings:
    known = tuple(name for name, _ in request.known)
    residual_to = _residual_to(request, spec, known) or RESIDUAL
    asked = StreamPlan(
        info.rate_hz, spec.channels, "sync", "offline", known, 0, request.values
    ).changed({"residual/to": residual_to})
    return settings_for(spec, asked)


def _residual_to(request: SeparateRequest, spec: ModelSpec, known: tuple[str, ...]) -> str | None:
    """The stem that takes the residual; the model's own choice holds where that stem is written."""
    asked = request.text("residual/to")
    if asked == RESIDUAL or request.integer("no-residual"):
        return None
    if asked:
        if request.stems and asked not in request.stems:
            raise BadValue(
                f"--residual-to {asked}, a stem that is not written",
                "one of " + ", ".join(request.stems),
                "Add it to --stems, or use --residual-to residual.",
            )
        return asked
    own = spec.residual_to
    written = not request.stems or own in request.stems
    return own if written and own not in known else None


def _files(request: SeparateRequest, spec: ModelSpec, settings: StreamSettings) -> tuple[str, ...]:
    names = (*spec.stems, *(one for one in settings.known if one not in spec.stems))
    unknown = [one for one in request.stems if one not in names]
    if unknown:
        raise BadValue(
            f"stems {', '.join(unknown)}",
            "some of " + ", ".join(names),
            "Run `daw-bridge models list`.",
        )
    files = tuple(one for one in names if not request.stems or one in request.stems)
    left_over = settings.residual_to is None or len(files) < len(names)
    return (*files, RESIDUAL) if left_over and not request.integer("no-residual") else files


def _check_targets(made: JobPlan) -> None:
    try:
        _refuse_targets(made)
    except OSError as error:
        raise WriteFailed(
            f"{made.folder} cannot be used ({error.strerror})", "a writable folder",
            "Choose another with -o.",
        ) from error  # fmt: skip


def _refuse_targets(made: JobPlan) -> None:
    targets = [made.folder / made.file_name(one) for one in made.files]
    refuse_existing(targets, bool(made.request.integer("force")))
    sources = [made.info.path, *(one.path for one in made.known)]
    for target in targets:
        if target.exists() and any(target.samefile(one) for one in sources):
            raise FileInTheWay(
                f"{target} is itself an input of this separation",
                "another output folder",
                "Use -o for another folder.",
            )


def _check_room(made: JobPlan) -> None:
    need = made.form.bytes_for(made.info.frames, made.info.channels) * len(made.files)
    place = next(one for one in (made.folder, *made.folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(place).free
    if need > free:
        raise WriteFailed(
            f"the stems of {made.info.path.name} need {need / 1e6:.1f} MB, and {place} has "
            f"{free / 1e6:.1f} MB free",
            "enough free space",
            "Free some space, choose another folder with -o, or use --format flac-24.",
        )
