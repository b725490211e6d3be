"""Separates one file as planned, block by block in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from daw_bridge.errors import Cancelled
from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.reader import AudioReader
from daw_bridge.files.audio.tags import Tags
from daw_bridge.files.audio.writer import AudioWriter
from daw_bridge.files.bundle import Voice, combined
from daw_bridge.files.carried import carried_into, read_carried
from daw_bridge.files.leftovers import swept_words
from daw_bridge.files.makers import stream_of
from daw_bridge.files.outputs import OutputFolder, refuse_edited
from daw_bridge.files.part import Cutter, go_to
from daw_bridge.files.plan import JobPlan
from daw_bridge.files.projects.made import write_project
from daw_bridge.files.record import read_record
from daw_bridge.files.resume import (
    OnProgress,
    go_on,
    has_project,
    recipe_of,
    record_of,
    used_file,
    with_project,
)
from daw_bridge.files.steered import unheard
from daw_bridge.files.writers import Writers
from engines.composite import AnyStream
from engines.load import Model
from engines.spec import ModelSpec

#: Samples per channel that are read, separated and written at a time.
BLOCK_FRAMES = 65536

OnNotice = Callable[[str, str], None]


def run(
    planned: JobPlan, model: Model, progress: OnProgress, notice: OnNotice,
    makers: Mapping[str, Model] | None = None,
) -> list[Path]:  # fmt: skip
    """Separate and write; returns the files in the order of `planned.written`.

    `makers` are the models of `planned.makers`, by what they are called there.

    `progress(fraction, stage)` returns whether to go on; Cancelled is raised if not. Nothing is
    left behind by an error.
    """
    with OutputFolder(planned.folder, planned.rights) as output:
        if output.swept:
            notice("swept", swept_words(output.swept))
        if not planned.rights.force:
            refuse_edited(planned.folder, [planned.project_file])
        recipe = recipe_of(planned, progress)
        with ExitStack() as stack:
            job = _Run(planned, model, makers or {}, progress, output.partial, stack)
            job.separate()
        job.report(notice)
        _notice_rate(planned, notice)
        place = output.partial
        digests = [*job.digests(), *_project(planned, job.tags, place, place, progress)]
        names = [name for _, name in planned.written]
        paths = output.commit(names, record_of(planned, recipe, digests))
    _notice_strays(planned, job.outputs, notice)
    return paths


def add_project(planned: JobPlan, progress: OnProgress) -> bool:
    """Write the project that was asked for beside stems that are all there; whether it was missing.

    Raises WriteFailed, FileInTheWay, BadRecord, Cancelled.
    """
    record = read_record(planned.folder)
    if record is None or planned.project is None or has_project(planned, record):
        return False
    with OutputFolder(planned.folder, planned.rights) as output:
        tags = read_carried(planned.info.path).tags
        [digest] = _project(planned, tags, output.partial, planned.folder, progress)
        output.commit([planned.project_file], with_project(planned, record, digest))
    return True


def _project(
    planned: JobPlan, tags: Tags, folder: Path, stems: Path, progress: OnProgress
) -> list[str]:
    """Write the project that was asked for; returns its hash, [] for none."""
    if planned.project is None:
        return []

    def on() -> None:
        go_on(progress, planned.info.path, "project")

    path = write_project(planned, planned.project, folder, stems, tags, on)
    return [used_file(path, progress).sha256]


class _Run:
    """The state of one separation: open files, one stream per pair of channels."""

    def __init__(
        self, planned: JobPlan, model: Model, loaded: Mapping[str, Model], progress: OnProgress,
        folder: Path, stack: ExitStack,
    ) -> None:  # fmt: skip
        self.plan, self._progress, self._loaded = planned, progress, loaded
        info = planned.info
        self._mix, *self._known = [
            stack.enter_context(AudioReader.of(one)) for one in (info, *planned.known)
        ]
        self._cutter = Cutter(planned.part)
        self._streams = [self._stream(model, pair) for pair in planned.pairs]
        song = read_carried(info.path)
        self.tags = song.tags
        carried = carried_into(song, planned.form, planned.part, info.rate_hz, info.frames)
        self.lost = carried.lost
        self._writers = Writers(planned, folder, carried, stack)
        self._windows = max(1, -(-planned.part.frames_read // self._hop_frames(model.spec)))

    def _hop_frames(self, spec: ModelSpec) -> int:
        """A hop in samples of the file."""
        rate = self.plan.info.rate_hz
        ratio = 1.0 if spec.suits_rate(rate) else rate / spec.rate_hz
        return max(1, int(self.plan.settings.hop_samples * ratio))

    def _stream(self, model: Model, pair: tuple[int, ...]) -> AnyStream:
        settings = replace(self.plan.settings, channels=len(pair))
        stream = stream_of(model, settings, self.plan.makers, self._loaded)
        pairs, batch = len(self.plan.pairs), self.plan.settings.batch
        before = self.plan.pairs.index(pair) / pairs

        def on_step(window: int, step: int, steps: int) -> bool:
            inside = min(1.0, before + step / steps / pairs)
            # An error, not False, which would only end this window's steps: the next ones follow.
            self._go_on((window + batch * inside) / self._windows)
            return True

        stream.on_step = on_step
        return stream

    def _tell(self, fraction: float, stage: str = "separate") -> bool:
        return self._progress(min(fraction, 1.0), stage)

    def separate(self) -> None:
        """Read, separate and write to the end."""
        for reader in (self._mix, *self._known):
            go_to(reader, self.plan.part.first, lambda: self._go_on(0.0, "read"))
        total, taken, done = self.plan.part.frames_read, 0, 0
        while (block := self._mix.read(min(BLOCK_FRAMES, total - taken))).shape[1]:
            taken += block.shape[1]
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
        names = [name for name, _ in self.plan.request.known]
        blocks = {name: one[list(pair)] for name, one in zip(names, known, strict=True)}
        return blocks or None

    def _write(self, parts: list[Audio]) -> int:
        """Write what the streams gave, `(outputs, channels, m)` each; returns m."""
        frames = {part.shape[2] for part in parts}
        assert len(frames) == 1, f"streams of one grid gave {frames} samples"
        joined = _join(parts, self.plan.pairs)
        kept = self._cutter.cut(joined)
        for one, sink in zip(self.plan.sums, self._writers.sinks, strict=True):
            rows = [self.outputs.index(name) for name in one.outputs]
            sink.write(kept[rows[0]] if len(rows) == 1 else _added(kept[rows]))
        self._writers.flush()
        return int(joined.shape[2])

    @property
    def outputs(self) -> tuple[str, ...]:
        """All that the model gives, whether it is written or not."""
        return self._streams[0].outputs

    def digests(self) -> list[str]:
        """The hash of the samples of every file."""
        return self._writers.digests()

    def report(self, notice: OnNotice) -> None:
        """Say what the user should know about what came out."""
        if self.plan.form.bundle and (words := combined(self.plan.sums)):
            notice("combined", f"a .stem.mp4 has four stems: {words}")
        if self.lost:
            what = ", ".join(self.lost)
            notice("not_carried", f"{self.plan.form.name} stems do not hold the song's {what}")
        for info in self.plan.known:
            _notice_length(info, self.plan.info, notice)
        stats = [stream.stats for stream in self._streams]
        if bad := sum(one.nonfinite_in for one in stats):
            notice("nonfinite", nonfinite_words(bad))
        if bad := sum(one.nonfinite_out for one in stats):
            notice(
                "nonfinite", f"{bad} windows had no finite estimate; their mix is on the residual"
            )
        for words in unheard(self.outputs, [one.heard for one in stats]):
            notice("tag_unheard", words)
        for one, sink in zip(self.plan.sums, self._writers.sinks, strict=True):
            if sink.clipped_samples:
                notice("clipped", clipped(one.name, sink))


def _added(outputs: Audio) -> Audio:
    """The sum of `(outputs, channels, m)`, rounded once."""
    total: Audio = outputs.sum(axis=0, dtype=np.float64).astype(np.float32)
    return total


def _join(parts: list[Audio], pairs: tuple[tuple[int, ...], ...]) -> Audio:
    """The outputs of every pair as `(outputs, channels of the file, m)`."""
    if len(parts) == 1:
        return parts[0]
    order = np.argsort([channel for pair in pairs for channel in pair])
    return np.concatenate(parts, axis=1)[:, order]


def nonfinite_words(count: int) -> str:
    """What became of so many samples that were no audio."""
    return f"{count} input samples were NaN or infinite; replaced with silence"


def clipped(stem: str, writer: AudioWriter | Voice) -> str:
    db = 20 * float(np.log10(writer.peak))
    what = "clipped" if writer.form.lossless else "above 0 dBFS, which players clip"
    return (
        f"{stem}: {writer.clipped_samples} samples {what}, peak +{db:.2f} dBFS in "
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


def _notice_rate(planned: JobPlan, notice: OnNotice) -> None:
    rate_hz, form = planned.info.rate_hz, planned.form
    written_hz = form.lossy.rate_for(rate_hz) if form.lossy else rate_hz
    if written_hz != rate_hz:
        words = f"{form.name} has no {rate_hz} Hz: these files are at {written_hz} Hz"
        notice("resampled", words)


def _notice_strays(planned: JobPlan, outputs: tuple[str, ...], notice: OnNotice) -> None:
    """Audio files that look like stems and are none of this run; they stay."""
    written = [planned.file_name(one) for one in planned.files]
    suffixes = {form.suffix for form in FORMATS.values()}
    strays = sorted(
        path.name for path in planned.folder.iterdir()
        if path.stem in outputs and path.suffix in suffixes and path.name not in written
    )  # fmt: skip
    if strays:
        notice(
            "strays",
            f"{planned.folder} also holds {', '.join(strays)}: not written by this run, and not "
            "named by the last one's record",
        )
