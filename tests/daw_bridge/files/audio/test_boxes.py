"""Containers: what their headers say of the file's size, and of its length."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.boxes import mp4_times
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import Look
from tests.rigs.encoded import RATE_HZ, cut, encode, tone


def test_an_mp4_states_its_ticks(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.m4a", tone(30_000), "aac")
    with Look(path) as look:
        times = mp4_times(look)
    assert times is not None and times.ticks_per_s > 0 and times.gapless_samples == 0
    with Look(encode(tmp_path / "x.mp3", tone(3000), "libmp3lame")) as look:
        assert mp4_times(look) is None


def test_itunes_gapless_tag_ends_the_file(tmp_path: Path) -> None:
    """As iTunes writes it: the length in samples, in hex; here into a file without an edit list."""
    path = tmp_path / "x.m4a"
    with av.open(str(path), "w", options={"use_editlist": "0"}) as out:
        stream = out.add_stream("aac", rate=RATE_HZ, layout="stereo")
        frame = av.AudioFrame.from_ndarray(tone(30_000), format="fltp", layout="stereo")
        frame.sample_rate = RATE_HZ
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    data = path.read_bytes()
    text = b" 00000000 00000400 000002D0 " + b"%016X" % 30_000 + b" 00000000" * 8
    value = struct.pack(">I4sII", 16 + len(text), b"data", 1, 0) + text
    name = struct.pack(">I4sI", 12 + 8, b"name", 0) + b"iTunSMPB"
    mean = struct.pack(">I4sI", 12 + 16, b"mean", 0) + b"com.apple.iTunes"
    item = struct.pack(">I4s", 8 + len(mean + name + value), b"----") + mean + name + value
    ilst = struct.pack(">I4s", 8 + len(item), b"ilst") + item
    hdlr = struct.pack(">I4sII4s12xB", 33, b"hdlr", 0, 0, b"mdir", 0)
    meta = struct.pack(">I4sI", 12 + len(hdlr + ilst), b"meta", 0) + hdlr + ilst
    udta = struct.pack(">I4s", 8 + len(meta), b"udta") + meta
    at = data.index(b"moov") - 4
    old = data.find(b"udta", at) - 4
    moov = bytearray(data[at:old] if old > 0 else data[at:])
    struct.pack_into(">I", moov, 0, len(moov) + len(udta))
    path.write_bytes(data[:at] + moov + udta)
    assert probe(path).frames == 30_000


@pytest.mark.parametrize("name", ["x.webm", "x.mkv"])
def test_a_matroska_file_states_its_size(tmp_path: Path, name: str) -> None:
    path = encode(tmp_path / name, tone(30_000, rate_hz=48000), "libopus", 48000)
    with pytest.raises(BadFile, match=r"it has \d+ of \d+ bytes"):
        probe(cut(path, -40))


def test_a_recording_of_a_browser_that_was_cut(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.webm", tone(90_000, rate_hz=48000), "libopus", 48000, "webm",
                  pipe=True)  # fmt: skip
    assert probe(path).frames == 90_000
    with pytest.raises(BadFile, match="ends within a block"):
        probe(cut(path, path.stat().st_size // 2))


def test_an_unfinished_recording_has_no_index(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.mov", tone(90_000), "pcm_s16le")
    for partial in (False, True):
        with pytest.raises(BadFile, match=r"index \(moov\) is missing"):
            probe(cut(path, path.stat().st_size // 2), partial)


@pytest.mark.parametrize(
    ("name", "codec"), [("x.m4a", "aac"), ("x.avi", "libmp3lame"), ("x.wav", "libmp3lame")]
)
def test_tags_need_not_be_unicode(tmp_path: Path, name: str, codec: str) -> None:
    path = tmp_path / name
    with av.open(str(path), "w") as out:
        out.metadata["title"] = "XXXXXXXX"
        stream = out.add_stream(codec, rate=RATE_HZ, layout="stereo")
        frame = av.AudioFrame.from_ndarray(tone(30_000), format="fltp", layout="stereo")
        frame.sample_rate = RATE_HZ
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    data = path.read_bytes()
    assert b"XXXXXXXX" in data
    path.write_bytes(data.replace(b"XXXXXXXX", "Müßig! ".encode("latin-1") + b"\xff"))
    assert probe(path).frames >= 30_000


def test_a_video_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        out.mux(stream.encode(None))
    with pytest.raises(BadFile, match="0 audio tracks"):
        probe(path)
