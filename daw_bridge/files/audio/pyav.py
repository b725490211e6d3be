"""PyAV, the extra `formats`, as a decoder: FFmpeg's libraries for what libsndfile does not read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.boxes import Mp4Times, mp4_times
from daw_bridge.files.audio.decoder import Changes, Form, Undecodable
from daw_bridge.files.audio.info import Audio
from daw_bridge.files.audio.raw import frame_bytes
from daw_bridge.files.audio.span import Look, Span, Stretch

if TYPE_CHECKING:
    from av import AudioFrame, Packet
    from av.audio.stream import AudioStream

#: FFmpeg's demuxers that may open a file: none that opens others (playlists, scripts, pictures),
#: and not NUT, of which a file that is cut cannot be told from a whole one.
DEMUXERS = (
    "aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "dtshd", "eac3",
    "flac", "flv", "iff", "loas", "matroska", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mxf",
    "oga", "ogg", "oma", "rm", "shn", "tak", "truehd", "tta", "voc", "w64", "wav", "wv",
)  # fmt: skip
_OPTIONS = {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": "none"}
#: Containers whose packets have exact durations, so that the last one may be cut to size.
_EXACT = ("mov", "mp4")
#: Containers whose header states the exact length.
_STATED = ("wv", "tta", "ape", "tak", "flac")
#: A codec's last frame, and its delay, are never longer than this.
_MOST_PADDING = 16384
_MOST_HELD = 16
"""Frames of broken packets that wait for a whole one."""
_HEAD_BYTES = 8
_SCALES = {"u1": 2.0**-7, "i2": 2.0**-15, "i4": 2.0**-31, "i8": 2.0**-63}


def pyav_version() -> str:
    """ "FFmpeg 8.1.2 (PyAV 18.1.0)"; "" where the extra is not installed."""
    try:
        import av
    except ImportError:
        return ""
    return f"FFmpeg {av.ffmpeg_version_info} (PyAV {av.__version__})"


class PyavDecoder:
    """A stretch of a file, read by FFmpeg. Raises Undecodable, BadFile; needs PyAV.

    `track` (from 1) is the audio stream that is read.
    """

    def __init__(self, path: Path, stretch: Stretch, track: int = 1) -> None:
        import av

        self._errors = av.FFmpegError
        self.failures: tuple[str, ...] = ()
        self._span = Span(path, stretch)
        try:
            self._container = av.open(
                self._span, "r", options=dict(_OPTIONS), metadata_errors="replace"
            )
        except av.FFmpegError as error:
            self._span.close()
            raise Undecodable(str(error.strerror)) from error
        self._begun, self._decoded, self._stated_ticks = False, 0, 0
        try:
            self._begin(path, track)
        except (BadFile, Undecodable):
            self.close()
            raise

    def _begin(self, path: Path, track: int) -> None:
        streams = self._container.streams.audio
        if len(streams) < track:
            raise BadFile(
                f"{path} has {len(streams)} audio track{'s' * (len(streams) != 1)}",
                f"a track {track}",
                "Choose another with --track." if streams else "Give a file with sound.",
            )  # fmt: skip
        self._stream: AudioStream = streams[track - 1]
        self._kind = str(self._container.format.name).partition(",")[0]
        times = _times(path, self._span.stretch) if self._kind == "mov" else None
        self._times = times or Mp4Times(0, 0)
        self._frames = self._decode()
        self._first = next(self._frames, None)
        if self._first is None:
            raise Undecodable("no sample could be decoded")
        self._begun = True
        codec = self._stream.codec.name
        self.form = Form(
            self._first.sample_rate, self._first.layout.nb_channels, None,
            f"{self._kind.upper()} {codec.upper()}", pyav_version(), len(streams),
        )  # fmt: skip

    def _decode(self) -> Iterator[AudioFrame]:
        """Every frame that can be decoded; what cannot is counted.

        From a packet that is not whole FFmpeg makes samples up. Within the audio they keep its
        place; at the end, where no whole packet follows, they are left out.
        """
        held: list[AudioFrame] | None = None
        try:
            for packet in self._container.demux(self._stream):
                try:
                    frames = packet.decode()
                except self._errors as error:
                    self._note_failure(str(error.strerror))
                    held = held or []
                    continue
                self._note_length(packet)
                if self._is_broken(packet):
                    held = [*(held or ()), *frames]
                elif packet.size and frames:
                    yield from held or ()
                    held = None
                if held is None:
                    yield from frames
                elif len(held) > _MOST_HELD:
                    yield held.pop(0)
        except self._errors as error:
            self._note_failure(str(error.strerror))
        except IndexError:  # a damaged stream: PyAV knows those of the beginning only
            self._note_failure("a track begins that it did not announce")

    def _is_broken(self, packet: Packet[AudioStream]) -> bool:
        """Whether bytes of the packet's frame are missing; says so.

        Where a frame's header tells its size, that counts: there FFmpeg's mark is on the frame
        before, too.
        """
        name = self._stream.codec_context.name
        size = frame_bytes(name, bytes(memoryview(packet)[:_HEAD_BYTES])) if packet.size else 0
        short = packet.size < size
        if packet.is_corrupt or short:
            self._note_failure("a packet is not whole")
        return short or (packet.is_corrupt and not size and not name.startswith("pcm"))

    def _note_failure(self, words: str) -> None:
        """A recording of a running stream begins within a frame: nothing is missing then."""
        if self._begun:
            where = f"near sample {self._decoded} it cannot be decoded"
            self.failures = (*self.failures[:9], f"{where}: {words[:1].lower()}{words[1:]}")

    def _note_length(self, packet: Packet[AudioStream]) -> None:
        """Adds what a packet states, without what is to be skipped (in ticks of a sample)."""
        if packet.is_discard:
            return
        self._stated_ticks += packet.duration or 0
        if packet.has_sidedata("skip_samples"):
            skipped = bytes(packet.get_sidedata("skip_samples"))
            self._stated_ticks -= int.from_bytes(skipped[:4], "little")

    def next_block(self) -> Audio | None:
        """The next samples, `(channels, n) float32`; None at the end. Raises Changes."""
        frame = self._next_frame()
        if frame is None:
            return None
        return samples(frame.to_ndarray(), self.form.channels, frame.format.is_planar)

    def count_block(self) -> int | None:
        """How many samples `next_block` would give."""
        frame = self._next_frame()
        return None if frame is None else frame.samples

    def _next_frame(self) -> AudioFrame | None:
        frame, self._first = self._first, None
        frame = frame or next(self._frames, None)
        if frame is None:
            self._span.check()
            return None
        if (frame.sample_rate, frame.layout.nb_channels) != (self.form.rate_hz, self.form.channels):
            raise Changes(f"{frame.layout.nb_channels} channels at {frame.sample_rate} Hz")
        self._decoded += frame.samples
        return frame

    def exact_length(self) -> int:
        """Samples per channel, at the end: as many as were decoded, less the stated padding."""
        stated = self._stated()
        if stated and 0 <= self._decoded - stated <= _MOST_PADDING:
            return stated
        return self._decoded

    def _stated(self) -> int:
        """The length that the container states to the sample, or 0."""
        if self._kind not in _EXACT or self._stream.time_base is None:
            return 0
        rate_hz = self.form.rate_hz
        if self._times.gapless_samples:
            return self._times.gapless_samples
        if self._stream.time_base != Fraction(1, rate_hz):
            return 0
        stated = self._stated_ticks
        if self._times.ticks_per_s % rate_hz == 0 and self._times.ticks_per_s:
            stated = min(stated, self._stream.duration or stated)
        return stated

    def missing(self) -> str:
        """At the end: what the container states and was not there, in words; "" for nothing."""
        length, base = self._stream.duration, self._stream.time_base
        states_length = self._kind in _STATED and base == Fraction(1, self.form.rate_hz)
        if states_length and length:
            missing = self._decoded < length
            return f"it has {self._decoded} of {length} samples" if missing else ""
        return self.failures[0] if self.failures else ""

    def close(self) -> None:
        """Close the file."""
        self._container.close()
        self._span.close()


def _times(path: Path, stretch: Stretch) -> Mp4Times | None:
    with Look(path, stretch.start, stretch.end) as look:
        return mp4_times(look)


def samples(audio: np.ndarray[Any, Any], channels: int, planar: bool) -> Audio:
    """PyAV's array as `(channels, n) float32`; integers become -1 to 1."""
    rows = audio if planar else audio.reshape(-1, channels).T
    kind = audio.dtype.str[1:]
    if kind not in _SCALES:
        return np.ascontiguousarray(rows, np.float32)
    zero = 128.0 if kind == "u1" else 0.0
    return np.ascontiguousarray((rows - np.float64(zero)) * _SCALES[kind], np.float32)
