"""The one door: every kind of file, read to the sample, by whoever reads it exactly."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.audio.reader import AudioReader, probe
from daw_bridge.files.audio.survey import NO_END
from tests.rigs.encoded import cut, encode, joined, tone
from tests.rigs.sounds import load, noise, save

N = 150_123
MP3_FRAMES = -(-(N + 1105) // 1152) * 1152
"""What an MP3 without a Xing header holds: whole frames, with the encoder's delay of 1105."""


def read_all(path: Path, block: int = 4099, partial: bool = False, track: int = 1) -> np.ndarray:
    with AudioReader(path, partial, track) as reader:
        blocks = []
        while (one := reader.read(block)).shape[1]:
            blocks.append(one)
        assert sum(one.shape[1] for one in blocks) == reader.info.frames
    return np.concatenate(blocks, axis=1)


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is made, and what it holds. `delay`: samples before the audio."""

    name: str
    codec: str
    form: str | None = None
    frames: int = N
    delay: int = 0
    rate_hz: int = 44100
    options: dict[str, str] = field(default_factory=dict)
    bit_rate: int = 0
    pipe: bool = False
    sample_format: str = ""
    worst: float = 0.1
    """The largest error of a sample, as far as the codec goes."""

    def make(self, folder: Path, audio: np.ndarray) -> Path:
        return encode(
            folder / self.name, audio, self.codec, self.rate_hz, self.form, self.options,
            bit_rate=self.bit_rate, pipe=self.pipe, sample_format=self.sample_format,
        )  # fmt: skip


NO_XING = {"write_xing": "0"}
LOSSLESS = 2e-5 * 2
KINDS = [
    Kind("song.mp3", "libmp3lame"),
    Kind("no-xing.mp3", "libmp3lame", frames=MP3_FRAMES, delay=1105, options=NO_XING),
    Kind("web.mp3", "libmp3lame", "mp3", frames=MP3_FRAMES, delay=1105, pipe=True),
    Kind("mp3-in.wav", "libmp3lame", frames=MP3_FRAMES, delay=1105),
    Kind("song.mp2", "mp2", frames=-(-N // 1152) * 1152, delay=481),
    Kind("song.m4a", "aac"),
    Kind("song.mp4", "aac"),
    Kind("fast.m4a", "aac", options={"movflags": "+faststart"}),
    Kind("alac.m4a", "alac", worst=LOSSLESS),
    Kind("song.mov", "pcm_s16le", worst=LOSSLESS),
    Kind("song.aac", "aac", "adts", frames=-(-(N + 1024) // 1024) * 1024, delay=1024),
    Kind("song.opus", "libopus", rate_hz=48000),
    Kind("song.webm", "libopus", rate_hz=48000),
    Kind("opus.mp4", "libopus", rate_hz=48000),
    Kind("recorded.webm", "libopus", "webm", rate_hz=48000, pipe=True),
    Kind("song.mkv", "flac", worst=LOSSLESS),
    Kind("song.oga", "flac", "ogg", worst=LOSSLESS),
    Kind("song.flac", "flac", worst=LOSSLESS),
    Kind("pipe.flac", "flac", "flac", pipe=True, worst=LOSSLESS),
    Kind("pipe.wav", "pcm_s16le", "wav", pipe=True, worst=LOSSLESS),
    Kind("song.wv", "wavpack", sample_format="s16p", worst=LOSSLESS),
    Kind("song.tta", "tta", sample_format="s16", worst=LOSSLESS),
    Kind("alac.caf", "alac", worst=LOSSLESS),
    Kind("song.ac3", "ac3", frames=-(-N // 1536) * 1536, delay=256),
    Kind("song.eac3", "eac3", frames=-(-N // 1536) * 1536, delay=256),
    Kind("song.ts", "aac", "mpegts", frames=-(-(N + 1024) // 1024) * 1024, delay=1024),
    Kind("song.vob", "ac3", "vob", frames=-(-N // 1536) * 1536, delay=256),
    Kind("song.flv", "libmp3lame", "flv", frames=MP3_FRAMES, delay=1105),
    Kind("film.avi", "libmp3lame", frames=MP3_FRAMES, delay=1105),
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)


@each_kind
def test_every_kind_is_read_to_the_sample(tmp_path: Path, kind: Kind) -> None:
    """The length that the file states, and the samples where they belong."""
    audio = tone(N, rate_hz=kind.rate_hz)
    path = kind.make(tmp_path, audio)
    info = probe(path)
    assert (info.frames, info.rate_hz, info.channels) == (kind.frames, kind.rate_hz, 2)
    read = read_all(path)
    middle = slice(5000, N - 5000)
    there = read[:, kind.delay : kind.delay + N]
    assert np.abs(there[:, middle] - audio[:, middle]).max() < kind.worst
    assert not info.damage
    assert np.array_equal(read_all(path, 1777), read)


def test_a_wma_is_read(tmp_path: Path) -> None:
    """FFmpeg's decoder leaves out the first block, and its header knows milliseconds only."""
    path = encode(tmp_path / "song.wma", tone(N), "wmav2", bit_rate=128_000)
    assert N - 2 * 2048 <= probe(path).frames <= N + 2048


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate_hz", [22050, 44100, 48000])
def test_mp3_blocks_are_the_whole_file(tmp_path: Path, rate_hz: int, channels: int) -> None:
    """A seek after each block decodes what follows anew, without what came before it."""
    audio = tone(N, channels, rate_hz)
    path = encode(tmp_path / "x.mp3", audio, "libmp3lame", rate_hz, bit_rate=32_000)
    assert np.abs(read_all(path, 1000) - load(path)).max() < 1e-6


def test_a_joined_file_is_all_of_its_parts(tmp_path: Path) -> None:
    for suffix, codec, rate_hz in [(".mp3", "libmp3lame", 44100), (".opus", "libopus", 48000)]:
        audio = tone(N, rate_hz=rate_hz)
        one = encode(tmp_path / f"one{suffix}", audio, codec, rate_hz)
        both = joined(tmp_path / f"both{suffix}", one, one, one)
        assert probe(both).frames == 3 * N
        assert np.array_equal(read_all(both), np.tile(read_all(one), 3))
        assert "3 files joined" in probe(both).notes[0]


def test_chained_vorbis_is_all_of_its_links(tmp_path: Path) -> None:
    first = save(tmp_path / "a.ogg", noise(2, 30_001), 44100, "VORBIS", "OGG")
    second = save(tmp_path / "b.ogg", noise(2, 20_000, seed=1), 44100, "VORBIS", "OGG")
    chain = joined(tmp_path / "radio.ogg", first, second)
    assert np.array_equal(read_all(chain), np.concatenate([load(first), load(second)], axis=1))


def test_headerless_mp3s_are_joined(tmp_path: Path) -> None:
    one = encode(tmp_path / "one.mp3", tone(N), "libmp3lame", options=NO_XING)
    assert probe(joined(tmp_path / "both.mp3", one, one)).frames == 2 * MP3_FRAMES


def test_three_seconds_of_silence_first(tmp_path: Path) -> None:
    """The first frame's bit rate is not the file's."""
    audio = np.concatenate([np.zeros((2, 3 * 44100), np.float32), tone(N)], axis=1)
    path = encode(tmp_path / "x.mp3", audio, "libmp3lame", form="mp3", pipe=True)
    assert probe(path).frames == -(-(audio.shape[1] + 1105) // 1152) * 1152


@pytest.mark.parametrize(("rate_hz", "channels"), [(48000, 2), (44100, 1)])
def test_a_form_that_changes_is_refused(tmp_path: Path, rate_hz: int, channels: int) -> None:
    first = save(tmp_path / "a.ogg", noise(2, 30_001), 44100, "VORBIS", "OGG")
    second = save(tmp_path / "b.ogg", noise(channels, 9000), rate_hz, "VORBIS", "OGG")
    with pytest.raises(BadFile, match=rf"to {channels} channels at {rate_hz} Hz at sample 30001"):
        probe(joined(tmp_path / "radio.ogg", first, second), partial=True)


def test_stems_are_read_by_track(tmp_path: Path) -> None:
    path = encode(tmp_path / "song.stem.mp4", tone(N), "aac", form="mp4", tracks=5)
    info = probe(path)
    assert info.frames == N and info.notes == ("it has 5 audio tracks; track 1 is read (--track)",)
    assert np.array_equal(read_all(path, track=5), read_all(path))
    with pytest.raises(BadFile, match="5 audio tracks; expected a track 6"):
        probe(path, track=6)


def test_a_kind_whose_cut_files_look_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile):
        probe(encode(tmp_path / "song.nut", tone(N), "flac", form="nut"))


CUTS = [one for one in KINDS if one.name not in ("pipe.wav",)]


@pytest.mark.parametrize("kind", CUTS, ids=lambda one: one.name)
def test_a_cut_file_is_refused_or_read_in_part(tmp_path: Path, kind: Kind) -> None:
    path = kind.make(tmp_path, tone(N, rate_hz=kind.rate_hz))
    part = cut(path, path.stat().st_size * 6 // 10)
    with pytest.raises(BadFile, match=r"damaged or truncated|index \(moov\)|cannot be read"):
        probe(part)
    if kind.name in ("song.m4a", "song.mp4", "alac.m4a", "song.mov", "opus.mp4", "alac.caf"):
        return  # their index lies at the end
    info = probe(part, partial=True)
    assert 0.3 * kind.frames < info.frames < 0.8 * kind.frames
    assert info.damage and ("partial" in dict(info.notices()))
    assert read_all(part, partial=True).shape[1] == info.frames


WHOLE: dict[str, tuple[bytes, int]] = {}


@given(share=st.floats(0.02, 0.999), which=st.sampled_from(range(len(CUTS))))
def test_no_cut_is_silent(
    tmp_path_factory: pytest.TempPathFactory, share: float, which: int
) -> None:
    """Wherever a file is cut: an error, all of its samples, or a word that it may be cut."""
    kind = CUTS[which]
    folder = tmp_path_factory.mktemp("cut")
    if kind.name not in WHOLE:
        path = kind.make(folder, tone(N, rate_hz=kind.rate_hz))
        WHOLE[kind.name] = path.read_bytes(), probe(path).frames
    data, frames = WHOLE[kind.name]
    part = folder / f"part-{kind.name}"
    part.write_bytes(data[: int(share * len(data))])
    try:
        info = probe(part)
    except BadFile:
        return
    assert info.frames == frames or NO_END in info.notes


@pytest.mark.parametrize("kind", CUTS, ids=lambda one: one.name)
def test_bytes_behind_the_end_are_no_damage(tmp_path: Path, kind: Kind) -> None:
    """Tags and padding that programs append."""
    if kind.name.endswith(".ts") or kind.pipe:
        return
    path = kind.make(tmp_path, tone(N, rate_hz=kind.rate_hz))
    with path.open("ab") as file:
        file.write(b"TAG" + b"Song".ljust(125, b"\0"))
    assert probe(path).frames == kind.frames


def test_who_reads_is_said_where_it_is_not_libsndfile(tmp_path: Path) -> None:
    alac = encode(tmp_path / "x.m4a", tone(N), "alac")
    assert dict(probe(alac).notices())["decoder"].startswith("read by FFmpeg")
    assert probe(save(tmp_path / "x.wav", noise(1, 10))).notices() == []


def test_without_the_extra_the_error_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encode(tmp_path / "x.m4a", tone(N), "alac")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadFile, match=r"`formats`.*pip install '\.\[formats\]'"):
        probe(path)


def test_without_the_extra_what_is_exact_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encode(tmp_path / "x.mp3", tone(N), "libmp3lame")
    monkeypatch.setitem(sys.modules, "av", None)
    assert probe(path).frames == N


def test_no_noise_of_decoders(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    m4a = encode(tmp_path / "x.m4a", tone(N), "aac")
    named = m4a.rename(tmp_path / "x.mp3")
    low = encode(tmp_path / "low.mp3", tone(N, 1, 22050), "libmp3lame", 22050, bit_rate=64_000)
    cut_mp3 = cut(encode(tmp_path / "y.mp3", tone(N), "libmp3lame"), 9999)
    for path in (named, low, cut_mp3, cut(named, 5000, "z")):
        try:
            read_all(path, 1000, partial=True)
        except BadFile:
            continue
    assert capfd.readouterr().err == ""


def test_a_file_is_measured_once_while_it_does_not_change(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.m4a", tone(N), "aac")
    assert probe(path) is probe(path)
    encode(path, tone(N // 2), "aac")
    assert probe(path).frames == N // 2


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    """The reader holds a block and a frame of the decoder, whatever the file holds."""
    path = encode(tmp_path / "x.m4a", tone(10 * N), "aac")
    with AudioReader(path) as reader:
        while reader.read(4096).shape[1]:
            assert reader._left.shape[1] <= 16384


def test_info_is_what_was_measured(tmp_path: Path) -> None:
    info = probe(save(tmp_path / "x.wav", noise(2, 1000)))
    assert isinstance(info, AudioInfo) and info.seconds == 1000 / 44100


@given(
    which=st.sampled_from(range(len(KINDS))), partial=st.booleans(),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30),
)  # fmt: skip
def test_changed_bytes_are_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory,
    which: int, partial: bool, changes: list[tuple[float, int]],
) -> None:  # fmt: skip
    """Never another error than ours; what is promised is given, or the error says what is not."""
    kind = KINDS[which]
    folder = tmp_path_factory.mktemp("changed")
    if kind.name not in WHOLE:
        path = kind.make(folder, tone(N, rate_hz=kind.rate_hz))
        WHOLE[kind.name] = path.read_bytes(), probe(path).frames
    data = bytearray(WHOLE[kind.name][0])
    for place, value in changes:
        data[int(place**3 * len(data))] = value  # headers more often than what follows them
    path = folder / kind.name
    path.write_bytes(data)
    try:
        assert read_all(path, 65536, partial).shape[1] > 0
    except BadFile as error:
        assert error.expected


class Ended(Exception):
    """What a caller raises who wants no more."""


@pytest.mark.parametrize(("name", "codec"), [("x.m4a", "aac"), ("x.vob", "mp2")])
def test_a_long_look_can_be_ended(tmp_path: Path, name: str, codec: str) -> None:
    """What is decoded to be measured; a look that was ended is not remembered."""
    path = encode(tmp_path / name, tone(N), codec)
    calls = 0

    def go_on() -> None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise Ended

    with pytest.raises(Ended):
        probe(path, go_on=go_on)
    assert calls == 21
    assert probe(path).frames >= N
