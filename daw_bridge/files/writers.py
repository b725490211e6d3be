"""The open files of a job: one for each stem, or one for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from daw_bridge.files.audio.writer import AudioWriter
from daw_bridge.files.bundle import Bundle, Voice
from daw_bridge.files.carried import Carried, titled
from daw_bridge.files.plan import JobPlan


class Writers:
    """Takes each of `planned.sums` block by block; the files are finished when `stack` closes.

    `sinks`: where each sum is written, in their order. Raises WriteFailed, BadValue.
    """

    def __init__(self, planned: JobPlan, folder: Path, carried: Carried, stack: ExitStack) -> None:
        self._bundle: Bundle | None = None
        self._files: list[AudioWriter] = []
        paths = [folder / planned.file_name(one) for one in planned.files]
        info, form = planned.info, planned.form
        if form.bundle:
            names = [one.name for one in planned.sums]
            self._bundle = Bundle(paths[0], form, info.rate_hz, planned.kbps, names, carried.tags)
            stack.callback(self._bundle.close)
            return
        for stem, path in zip(planned.files, paths, strict=True):
            writer = AudioWriter(
                path, form, info.rate_hz, info.channels, planned.part.frames, planned.kbps,
                titled(carried, stem).tags, carried.chunks,
            )  # fmt: skip
            stack.callback(writer.close)
            self._files.append(writer)

    @property
    def sinks(self) -> Sequence[AudioWriter | Voice]:
        """One for each sum."""
        return self._files if self._bundle is None else self._bundle.voices

    def flush(self) -> None:
        """Every sink has its block."""
        if self._bundle is not None:
            self._bundle.flush()

    def digests(self) -> list[str]:
        """The hash of the samples of every file."""
        files = self._files if self._bundle is None else [self._bundle]
        return [one.digest.hex() for one in files]
