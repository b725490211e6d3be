"""What a file holds, found before anything is separated: parts, decoders, the exact length.

Where a header does not state the length to the sample, the file is decoded once and counted.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from daw_bridge.errors import BadFile
from daw_bridge.files.audio import refusals
from daw_bridge.files.audio.decoder import Changes, Decoder, Form, Undecodable
from daw_bridge.files.audio.info import LIBSNDFILE, AudioInfo
from daw_bridge.files.audio.kinds import no_audio, survey
from daw_bridge.files.audio.libsndfile import LibsndfileDecoder
from daw_bridge.files.audio.pyav import PyavDecoder, pyav_version
from daw_bridge.files.audio.span import GoOn, Look, keep_on
from daw_bridge.files.audio.survey import PYAV, Part, Survey


@dataclass(frozen=True)
class Asked:
    """How a file is to be read. `partial`: what is there, of a file that is not whole.

    `track`: which of its audio streams, from 1. `go_on` is called while it is looked at.
    """

    path: Path
    partial: bool = False
    track: int = 1
    go_on: GoOn = field(default=keep_on, compare=False, repr=False)


@dataclass(frozen=True)
class Measured:
    """A file's parts, each with its decoder and exact `frames`, and what they are together."""

    parts: tuple[Part, ...]
    info: AudioInfo


def measure(asked: Asked) -> Measured:
    """Look at all of a file. Remembered while the file does not change.

    Raises BadFile for what cannot be read, and for what is not whole unless `asked.partial`; what
    `asked.go_on` raises.
    """
    refusals.refuse_no_file(asked.path)
    try:
        about = asked.path.stat()
        return _measure_cached(asked, about.st_mtime_ns, about.st_size)
    except OSError as error:
        raise BadFile(
            f"{asked.path} cannot be read ({error.strerror})", "a file that can be read",
            "Check its permissions and the disk.",
        ) from error  # fmt: skip


@lru_cache(maxsize=1024)
def _measure_cached(asked: Asked, changed_ns: int, size: int) -> Measured:
    if size == 0:
        raise refusals.no_audio_file(asked.path, "empty (0 bytes)")
    with Look(asked.path, go_on=asked.go_on) as look:
        if word := no_audio(look):
            raise refusals.no_audio_file(asked.path, word)
        found = survey(look)
    made = _Measure(asked, found).run()
    if made.info.damage and not asked.partial:
        raise refusals.truncated(made.info)
    return made


def open_part(asked: Asked, part: Part) -> Decoder:
    """The decoder of a part that was measured. Raises Undecodable, BadFile."""
    if part.decoder == LIBSNDFILE:
        return LibsndfileDecoder(asked.path, part.stretch)
    return PyavDecoder(asked.path, part.stretch, asked.track)


class _Measure:
    """One measurement, part by part."""

    def __init__(self, asked: Asked, found: Survey) -> None:
        self._asked, self._survey = asked, found
        self._forms: list[Form] = []
        self._frames = 0
        self._damage = found.damage
        self._stated_frames = found.stated_frames if found.damage else 0

    def run(self) -> Measured:
        """All parts."""
        parts = tuple(self._part(part) for part in self._survey.parts)
        first = self._forms[0]
        decoders = dict.fromkeys(one.decoder for one in self._forms)
        info = AudioInfo(
            self._asked.path, first.rate_hz, first.channels, self._frames, first.encoding,
            " and ".join(decoders), self._damage_in_words(), self._notes(first),
            self._asked.partial, self._asked.track,
        )  # fmt: skip
        return Measured(parts, info)

    def _damage_in_words(self) -> str:
        if not self._damage:
            return ""
        of = f" of {self._stated_frames}" if self._stated_frames > self._frames else ""
        return f"at sample {self._frames}{of} ({self._damage})"

    def _notes(self, first: Form) -> tuple[str, ...]:
        notes = self._survey.notes
        if first.tracks > 1:
            text = (
                f"it has {first.tracks} audio tracks; track {self._asked.track} is read (--track)"
            )
            notes = (*notes, text)
        if len(self._survey.parts) > 1:
            notes = (*notes, f"it is {len(self._survey.parts)} files joined together; all are read")
        return notes

    def _part(self, part: Part) -> Part:
        """The part with its decoder and length."""
        found, why = None, ""
        if part.decoder != PYAV and self._asked.track == 1:
            try:
                found = self._by_libsndfile(part)
            except Undecodable as error:
                why = str(error)
        if found is None and not pyav_version():
            raise refusals.without_pyav(self._asked.path, why or "its kind, or its length")
        made = found or self._by_pyav(part)
        self._frames += made.frames or 0
        return made

    def _by_libsndfile(self, part: Part) -> Part | None:
        """The part as libsndfile reads it; None where it would not read exactly all of it."""
        with closing(LibsndfileDecoder(self._asked.path, part.stretch)) as decoder:
            form = decoder.form
            if form.frames is None or not self._fits(part.frames, form.frames):
                return None
            is_counted = part.frames is not None  # and mpg123 would mumble after a seek
            whole = not self._damage and (is_counted or decoder.has_end())
        if not whole and form.encoding.startswith(("FLAC", "OGG")) and pyav_version():
            return None  # PyAV reads further towards the damage
        frames = form.frames if part.frames is None else part.frames
        made = replace(part, decoder=LIBSNDFILE, frames=frames)
        if whole:
            self._take(form)
            return made
        with closing(LibsndfileDecoder(self._asked.path, part.stretch)) as decoder:
            return self._counted(made, decoder)

    def _fits(self, wanted: int | None, stated: int) -> bool:
        """Whether what libsndfile takes for the length is what the survey found."""
        return wanted in (None, stated) or (bool(self._damage) and (wanted or 0) < stated)

    def _by_pyav(self, part: Part) -> Part:
        path = self._asked.path
        try:
            decoder = PyavDecoder(path, part.stretch, self._asked.track)
        except Undecodable as error:
            raise refusals.unreadable(path, self._damage or str(error)) from error
        with closing(decoder):
            return self._counted(replace(part, decoder=PYAV), decoder)

    def _counted(self, part: Part, decoder: Decoder) -> Part:
        """Decode all of it; what is missing is damage."""
        self._take(decoder.form)
        frames, damage = self._count(decoder)
        if damage and len(self._survey.parts) == 1:
            self._stated_frames = self._stated_frames or decoder.form.frames or 0
        self._damage = self._damage or damage
        return replace(part, frames=min(frames, frames if part.frames is None else part.frames))

    def _count(self, decoder: Decoder) -> tuple[int, str]:
        """(samples per channel, why they end too early or "")"""
        frames = 0
        try:
            while (more := decoder.count_block()) is not None:
                frames += more
                self._asked.go_on()
        except Undecodable as error:
            return frames, f"what follows cannot be decoded: {error}"
        except Changes as error:
            at = self._frames + frames
            raise refusals.changing(
                self._asked.path, str(decoder.form), str(error), at
            ) from error  # fmt: skip
        exact = decoder.exact_length()
        return (frames if exact is None else exact), decoder.missing()

    def _take(self, form: Form) -> None:
        """A part's form must be the first one's."""
        path = self._asked.path
        refusals.refuse_rate(path, form)
        self._forms.append(form)
        if str(form) != str(self._forms[0]):
            raise refusals.changing(path, str(self._forms[0]), str(form), self._frames)
