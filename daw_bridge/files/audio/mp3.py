"""MPEG audio (MP3, MP2): every frame header is counted, since few headers tell the length.

libsndfile guesses the length from the bit rate of the first frame where there is no Xing header.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from daw_bridge.files.audio.span import Look, Stretch
from daw_bridge.files.audio.survey import NO_END, PYAV, Part, Survey

_RATES_HZ = (44100, 48000, 32000)
_KBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s by (MPEG version, layer) and index - 1; version 2.5 is like 2."""
#: Samples per channel and frame by (version, layer).
_SAMPLES = {(1, 1): 384, (2, 1): 384, (1, 2): 1152, (2, 2): 1152, (1, 3): 1152, (2, 3): 576}
#: So far into the file a first frame is looked for, as FFmpeg does; what it is behind is passed.
_SEARCH_BYTES = 1 << 20
_SOON_BYTES = 1 << 16
"""Further on, MANY_FRAMES in a row make it MP3: three may be there by chance, or be a film's."""
_FRAMES, _MANY_FRAMES = 3, 12
_HEADER_BYTES = 4
#: More than this behind the last frame is lost audio, not what a program or a server appended.
_MOST_TAIL_BYTES, _MOST_TAIL_ZEROS = 4096, 16384


@dataclass(frozen=True)
class Header:
    """A frame's header: its `size` in bytes, header included, and its samples per channel."""

    size: int
    samples: int
    rate_hz: int
    channels: int
    layer: int
    version: int

    @property
    def side_bytes(self) -> int:
        """Bytes between header and Xing header."""
        if self.version == 1:
            return 17 if self.channels == 1 else 32
        return 9 if self.channels == 1 else 17


@lru_cache(maxsize=512)
def read_header(four: bytes) -> Header | None:
    """The header in these four bytes; None where they are none (or of free format)."""
    if len(four) < _HEADER_BYTES or four[0] != 0xFF or four[1] & 0xE0 != 0xE0:
        return None
    version_bits, layer = four[1] >> 3 & 3, 4 - (four[1] >> 1 & 3)
    index, rate_index = four[2] >> 4, four[2] >> 2 & 3
    if version_bits == 1 or layer == 4 or index in (0, 15) or rate_index == 3:
        return None
    version = 1 if version_bits == 3 else 2
    rate_hz = _RATES_HZ[rate_index] >> {3: 0, 2: 1, 0: 2}[version_bits]
    bits_per_s = 1000 * _KBITS[version, layer][index - 1]
    padding, samples = four[2] >> 1 & 1, _SAMPLES[version, layer]
    slot = 4 if layer == 1 else 1
    size = (samples // 8 // slot * bits_per_s // rate_hz + padding) * slot
    return Header(size, samples, rate_hz, 1 if four[3] >> 6 == 3 else 2, layer, version)


@dataclass
class _Run:
    """Frames up to the next file's beginning: what `cat a.mp3 b.mp3` puts together."""

    start: int
    end: int = 0
    frames: int = 0
    samples: int = 0
    bytes: int = 0
    stated_frames: int = 0
    stated_bytes: int = 0
    trimmed: int = 0
    forms: set[tuple[int, int]] = field(default_factory=set)

    @property
    def length(self) -> int:
        """Samples per channel, without the encoder's delay and padding where it states them."""
        return self.samples - self.trimmed if self.samples > self.trimmed else self.samples

    @property
    def stated_length(self) -> int:
        """Samples per channel, as its header or, without one, its frames say."""
        missing = self.stated_frames - self.frames if self.lacks_frames else 0
        return self.length + missing * self.samples // max(1, self.frames)

    @property
    def fits_header(self) -> bool:
        """Whether it is about as large as its header says; libmpg123 mumbles where it is not.

        Where it is larger, something was appended, and the padding lies in the middle.
        """
        more = self.frames > self.stated_frames > 0
        size = self.stated_bytes or self.bytes
        return not more and abs(self.bytes - size) < self.bytes / 128

    @property
    def lacks_frames(self) -> bool:
        """Whether its header states more; some encoders count the header's own frame."""
        counts_itself = (
            self.stated_frames == self.frames + 1 and self.bytes >= self.stated_bytes > 0
        )
        return self.stated_frames > self.frames and not counts_itself


class _Walk:
    """The way from frame to frame.

    `odd_bytes`: what is neither frame nor tag, nor a few zeros, between frames; `tail_bytes` and
    `tail_zeros`: what follows the last one.
    """

    def __init__(self, look: Look, at: int) -> None:
        self._look, self._at = look, at
        self.runs = [_Run(at)]
        self.cut_bytes = self.odd_bytes = self.tail_bytes = self.tail_zeros = 0

    def go(self) -> None:
        """To the end of the file."""
        while self._at < self._look.size:
            header = read_header(self._look.at(self._at, _HEADER_BYTES))
            if header is None:
                self._pass_other()
            elif self._at + header.size > self._look.size:
                self.cut_bytes = self._look.size - self._at
                self._at = self._look.size
            else:
                self._take(header)

    def _take(self, header: Header) -> None:
        self.odd_bytes += self.tail_zeros if self.tail_zeros > _MOST_TAIL_BYTES else 0
        self.tail_zeros = 0
        stated = _stated(self._look.at(self._at, header.size), header)
        if stated is not None:
            self._begin()
            run = self.runs[-1]
            run.stated_frames, run.stated_bytes, run.trimmed = stated
        else:
            run = self.runs[-1]
            run.frames += 1
            run.samples += header.samples
            run.forms.add((header.rate_hz, header.channels))
        if run.frames + bool(stated) == 1:
            run.start = min(run.start, self._at) if run.bytes else self._at
        self._at += header.size
        run.bytes += header.size
        run.end = self._at

    def _begin(self) -> None:
        """Another file begins here, unless the one that began has no frame yet."""
        if self.runs[-1].frames:
            self.runs.append(_Run(self._at))

    def _pass_other(self) -> None:
        """A tag, zeros, or what does not belong here."""
        tag = tag_bytes(self._look, self._at)
        if tag:
            if self._look.at(self._at, 3) == b"ID3":
                self._begin()
            self._at += tag
            return
        chunk = self._look.at(self._at, 1 << 16)
        if zeros := len(chunk) - len(chunk.lstrip(b"\0")):
            self._at += zeros
            self.tail_zeros += zeros
            return
        following = next(resync(self._look, self._at + 1, self._look.size), self._look.size)
        self._leave(following - self._at, following == self._look.size)
        self._at = following

    def _leave(self, count: int, last: bool) -> None:
        """Leave bytes out, the last of the file or others."""
        if not last:
            self.odd_bytes += count
        elif count < _HEADER_BYTES and self._look.at(self._at, 1) == b"\xff":
            self.cut_bytes = count
        else:
            self.tail_bytes += count


def survey_mp3(look: Look) -> Survey | None:
    """What an MPEG audio file holds; None where it is no such file."""
    at = 0
    while tag := tag_bytes(look, at):
        at += tag
    first = _first_frame(look, at)
    if first is None:
        return None
    walk = _Walk(look, first)
    walk.go()
    runs = [one for one in walk.runs if one.frames]
    if not runs:
        return None
    damage = _damage(walk, runs)
    parts = [
        Part(Stretch(run.start, run.end), frames=run.length)
        if len(run.forms) == 1 and not damage and run.fits_header
        else Part(Stretch(run.start, run.end), PYAV)
        for run in runs
    ]
    notes = _notes(runs, walk, first - at)
    stated = sum(run.stated_length for run in runs)
    return Survey(tuple(parts), damage, () if damage else notes, stated_frames=stated)


def _first_frame(look: Look, at: int) -> int | None:
    """Where the audio begins, behind what a server or a cut has left in front of it."""
    soon, last = (min(at + one, look.size) for one in (_SOON_BYTES, _SEARCH_BYTES))
    found = next(resync(look, at, soon), None)
    return next(resync(look, soon, last, _MANY_FRAMES), None) if found is None else found


def _notes(runs: list[_Run], walk: _Walk, before: int) -> tuple[str, ...]:
    """What to say of bytes that are not read, and of an end that nothing states."""
    notes = []
    if before > _SOON_BYTES:
        notes.append(f"its first {before} bytes are no audio; reading begins behind them")
    if not runs[-1].stated_frames:
        left = walk.tail_bytes + walk.tail_zeros * (walk.tail_zeros > _MOST_TAIL_BYTES)
        notes += [f"bytes at its end that are no MP3 frames: {left}; they are not read"] * (
            left > 0
        )
        notes.append(NO_END)
    return tuple(notes)


def _damage(walk: _Walk, runs: list[_Run]) -> str:
    for run in runs:
        if run.lacks_frames:
            return f"it has {run.frames} of {run.stated_frames} MP3 frames"
    if walk.cut_bytes and not runs[-1].stated_frames:
        return "it ends within an MP3 frame"
    if walk.odd_bytes and not all(run.stated_frames for run in runs):
        return f"{walk.odd_bytes} bytes between its MP3 frames are no audio"
    tail = walk.tail_bytes > _MOST_TAIL_BYTES or walk.tail_zeros > _MOST_TAIL_ZEROS
    if tail and not runs[-1].stated_frames:
        return f"the last {walk.tail_bytes + walk.tail_zeros} bytes are no MP3 frames"
    return ""


def resync(look: Look, start: int, end: int, frames: int = _FRAMES) -> Iterator[int]:
    """Places where so many frames follow each other (fewer at the end of the file)."""
    at = start
    while at < end:
        found = look.at(at, 1 << 16).find(b"\xff")
        if found < 0:
            at += 1 << 16
            continue
        at += found
        if at < end and _frames_follow(look, at, frames):
            yield at
        at += 1


def _frames_follow(look: Look, at: int, frames: int) -> bool:
    first = read_header(look.at(at, _HEADER_BYTES))
    for number in range(frames):
        header = read_header(look.at(at, _HEADER_BYTES))
        if header is None or first is None or header.layer != first.layer:
            return False
        at += header.size
        if at >= look.size or tag_bytes(look, at):
            return number >= frames // 3 or at == look.size
    return True


def tag_bytes(look: Look, at: int) -> int:
    """The size of the tag that lies here: ID3v2, ID3v1, APE, Lyrics3; 0 where none does."""
    head = look.at(at, 32)
    if head[:3] == b"ID3" and len(head) >= 10 and not any(one & 0x80 for one in head[6:10]):
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        return size + (20 if head[5] & 0x10 else 10)
    if head[:3] == b"TAG":
        return _id3v1_bytes(look, at)
    if head[:8] == b"APETAGEX" and len(head) == 32:
        is_header = head[23] & 0x20
        return int.from_bytes(head[12:16], "little") + 32 if is_header else 32
    if head[:11] == b"LYRICSBEGIN":
        text = look.at(at, 1 << 16)
        end = max(text.find(b"LYRICSEND"), text.find(b"LYRICS200"))
        return end + 9 if end > 0 else 0
    return 0


def _id3v1_bytes(look: Look, at: int) -> int:
    """128 bytes (with "TAG+" 355) at the end of a file, or of one that others were joined to."""
    if look.size - at in (128, 355):
        return look.size - at
    after = look.at(at + 128, _HEADER_BYTES)
    return 128 if after[:3] in (b"ID3", b"TAG", b"APE") or read_header(after) else 0


def _stated(frame: bytes, header: Header) -> tuple[int, int, int] | None:
    """(frames, bytes, samples to leave out) of a Xing, Info or VBRI header; None of others."""
    if header.layer != 3:
        return None
    if frame[36:40] == b"VBRI":
        return int.from_bytes(frame[50:54], "big"), int.from_bytes(frame[46:50], "big"), 0
    xing = frame[4 + header.side_bytes :]
    if xing[:4] not in (b"Xing", b"Info"):
        return None
    flags = int.from_bytes(xing[4:8], "big")
    frames = int.from_bytes(xing[8:12], "big") if flags & 1 else 0
    size_at = 8 + 4 * (flags & 1)
    size = int.from_bytes(xing[size_at : size_at + 4], "big") if flags & 2 else 0
    at = size_at + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    lame = xing[at : at + 24]
    if len(lame) < 24 or lame[:4] not in (b"LAME", b"Lavf", b"Lavc", b"L3.9", b"GOGO"):
        return frames, size, 0
    return frames, size, (lame[21] << 4 | lame[22] >> 4) + ((lame[22] & 15) << 8 | lame[23])
