"""What stems take over from the song's file, read back from stems that were separated."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest
import soundfile

from daw_bridge.files.audio import formats, tags
from daw_bridge.files.audio.formats import audio_format
from daw_bridge.files.audio.riff import Chunk, append_chunks, read_chunks
from daw_bridge.files.audio.tagging import tag_flac, tag_mp3
from daw_bridge.files.audio.tags import Tags, read_tags
from daw_bridge.files.carried import carried_into, read_carried
from daw_bridge.files.part import Part
from tests.rigs.separator import Separator
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

HOUR = 3600 * 44100
IXML = b"""<BWFXML><PROJECT>Film</PROJECT><SPEED>
<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>
<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>158760000</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED>
<BEXT><BWF_TIME_REFERENCE_LOW>158760000</BWF_TIME_REFERENCE_LOW>
<BWF_TIME_REFERENCE_HIGH>0</BWF_TIME_REFERENCE_HIGH></BEXT></BWFXML>"""
TAGS: Tags = (("title", "Mön Song"), ("artist", "私"), ("album", "A"), ("album_artist", "B"),
              ("composer", "C"), ("date", "2020"), ("track", "3"), ("genre", "Jazz"),
              ("bpm", "120"), ("comment", "x"), ("copyright", "me"), ("isrc", "QZ1"))  # fmt: skip


def bext(samples: int, version: int = 2) -> Chunk:
    head = b"My take".ljust(338, b"\0") + struct.pack("<Q", samples) + struct.pack("<H", version)
    return Chunk(b"bext", head + b"\xaa" * 64 + b"\x05\0" * 5 + bytes(180) + b"A=PCM\r\n")


def cues(*samples: int) -> Chunk:
    points = [struct.pack("<II4sIII", k, at, b"data", 0, 0, at) for k, at in enumerate(samples)]
    return Chunk(b"cue ", struct.pack("<I", len(points)) + b"".join(points))


def acid(tempo: float, beats: int) -> Chunk:
    return Chunk(b"acid", struct.pack("<IHHfIHHf", 0, 60, 0, 0.0, beats, 4, 4, tempo))


def song(folder: Path, *chunks: Chunk, subtype: str = "PCM_24", form: str = "WAV") -> Path:
    path = save(folder / "song.wav", noise(2, 44100), subtype=subtype, form=form)
    append_chunks(path, chunks)
    return path


def chunk(path: Path, name: bytes) -> bytes:
    found = [one.data for one in read_chunks(path, (name,)) if name in (one.name, one.form)]
    assert len(found) == 1, f"{len(found)} of {name!r}"
    return found[0]


@pytest.fixture
def separate(tmp_path: Path) -> Separator:
    make_model(tmp_path / "tiny.onnx")
    return Separator(tmp_path, tmp_path / "out")


@pytest.mark.parametrize("form", ["WAV", "WAVEX", "RF64"])
def test_wav_stems_land_where_the_song_was(tmp_path: Path, separate: Separator, form: str) -> None:
    labels = Chunk(b"LIST", b"adtllabl" + struct.pack("<II", 6, 1) + b"A\0")
    given = [bext(HOUR), cues(0, 20_000), Chunk(b"iXML", IXML), acid(120.0, 2), labels]
    source = song(tmp_path, *given, Chunk(b"junk", b"x"), form=form)
    folder = separate(source, format="wav-24")
    for stem in folder.glob("*.wav"):
        data = chunk(stem, b"bext")
        assert data[:346] == given[0].data[:346] and data[602:] == b"A=PCM\r\n"
        assert data[348:412] == bytes(64), "the UMID is the song's own"
        assert data[412:422] == b"\xff\x7f" * 5, "the loudness is the song's own"
        for one in given[1:]:
            assert chunk(stem, one.form or one.name) == one.data
    assert separate.notices == []


def test_a_part_lands_at_its_own_time(tmp_path: Path, separate: Separator) -> None:
    source = song(
        tmp_path, bext(HOUR), cues(100, 20_000, 40_000), Chunk(b"iXML", IXML), acid(120.0, 2)
    )
    folder = separate(source, start="10000samples", end="32050samples")
    stem = folder / "drums.wav"
    assert int.from_bytes(chunk(stem, b"bext")[338:346], "little") == HOUR + 10_000
    assert struct.unpack("<I" + "II4sIII", chunk(stem, b"cue ")) == (
        1, 1, 10_000, b"data", 0, 0, 10_000
    )  # fmt: skip
    assert chunk(stem, b"iXML") == IXML.replace(b"158760000", b"158770000")
    assert struct.unpack("<IHHfIHHf", chunk(stem, b"acid"))[4] == 1


def test_times_of_64_bits(tmp_path: Path) -> None:
    high = IXML.replace(b"158760000", b"4294967290").replace(b"HI>0<", b"HI>1<")
    high = high.replace(b"HIGH>0<", b"HIGH>1<")
    given = song(tmp_path, bext(2**33 - 6), Chunk(b"iXML", high))
    part = Part(0, 10, 20, 20)
    found = carried_into(read_carried(given), audio_format("wav"), part, 44100, 44100)
    assert int.from_bytes(found.chunks[0].data[338:346], "little") == 2**33 + 4
    assert b"HI>2<" in found.chunks[1].data and b"LO>4<" in found.chunks[1].data
    assert b"HIGH>2<" in found.chunks[1].data and b"LOW>4<" in found.chunks[1].data


@pytest.mark.parametrize(
    ("form", "lost"),
    [("flac", "cue points, iXML"), ("mp3", "bext (time reference), cue points, iXML"),
     ("ogg", "bext (time reference), cue points, iXML, acid (tempo)")],
)  # fmt: skip
def test_what_a_format_cannot_hold_is_said_once(
    tmp_path: Path, separate: Separator, form: str, lost: str
) -> None:
    source = song(tmp_path, bext(HOUR), cues(0), Chunk(b"iXML", IXML), acid(120.0, 2))
    separate(source, format=form)
    assert separate.notices == [("not_carried", f"{audio_format(form).name} stems do not hold "
                                 f"the song's {lost}")]  # fmt: skip


def test_time_and_tempo_go_through_flac(tmp_path: Path, separate: Separator) -> None:
    pytest.importorskip("av")
    source = song(tmp_path, bext(HOUR), acid(120.0, 2))
    flac = separate(source, format="flac") / "drums.flac"
    found = dict(read_tags(flac))
    assert (found["time_reference"], found["bpm"]) == (str(HOUR), "120")
    wav = separate(flac, song="back") / "drums.wav"
    assert int.from_bytes(chunk(wav, b"bext")[338:346], "little") == HOUR


@pytest.mark.parametrize("form", ["flac", "mp3", "m4a", "ogg", "opus", "wav", "aiff", "caf"])
def test_tags_are_carried_and_gains_are_not(tmp_path: Path, separate: Separator, form: str) -> None:
    pytest.importorskip("av")
    source = save(tmp_path / "song.flac", noise(2, 30_000), subtype="PCM_16", form="FLAC")
    gains = (("replaygain_track_gain", "-3 dB"), ("r128_track_gain", "-3"), ("itunnorm", "1"))
    tag_flac(source, (*TAGS, *gains))
    path = separate(source, format=form) / f"drums{audio_format(form).suffix}"
    found = dict(read_tags(path))
    assert found["title"] == "Mön Song (drums)" and found["artist"] == "私"
    assert b"gain" not in path.read_bytes().lower()
    ((_, text),) = [one for one in separate.notices if one[0] == "not_carried"] or [("", "")]
    for name, value in TAGS[2:]:
        assert found.get(name) == value or name.replace("_", " ") in text
    assert found.get("bpm") == "120" or form not in ("flac", "mp3", "m4a")
    if form in ("flac", "mp3"):
        assert text == "" and len(found) == len(TAGS)


def test_tags_without_pyav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = save(tmp_path / "song.flac", noise(2, 3000), subtype="PCM_16", form="FLAC")
    tag_flac(source, TAGS)
    monkeypatch.setitem(sys.modules, "av", None)
    assert dict(read_tags(source)).items() >= {("title", "Mön Song"), ("date", "2020")}


def test_chunks_that_are_not_carried_are_named(tmp_path: Path, separate: Separator) -> None:
    chunks = [Chunk(name, b"1234") for name in (b"cart", b"axml", b"junk", b"\xff\xff\xff\xff")]
    separate(song(tmp_path, *chunks))
    words = "wav-f32 stems do not hold the song's chunk 'axml', chunk 'cart', chunk '\ufffd"
    ((code, text),) = separate.notices
    assert code == "not_carried" and text.startswith(words)


def test_chapters_are_named(tmp_path: Path, separate: Separator) -> None:
    pytest.importorskip("av")
    source = save(tmp_path / "song.mp3", noise(2, 9000), subtype="MPEG_LAYER_III", form="MP3")
    chapter = b"one\0" + struct.pack(">4I", 0, 100, 0xFFFFFFFF, 0xFFFFFFFF)
    frame = b"CHAP" + struct.pack(">I", len(chapter)) + b"\0\0" + chapter
    source.write_bytes(b"ID3\3\0\0" + bytes([0, 0, 0, len(frame)]) + frame + source.read_bytes())
    separate(source, format="wav-24")
    words = "wav-24 stems do not hold the song's chapters"
    assert separate.notices == [("not_carried", words)]


def test_what_flac_and_aiff_files_hold_beside_tags_is_named(tmp_path: Path) -> None:
    flac = save(tmp_path / "song.flac", noise(2, 3000), subtype="PCM_16", form="FLAC")
    data = flac.read_bytes()
    size = int.from_bytes(data[5:8], "big")
    blocks = b"\x02\0\0\x08riff1234" + b"\x05\0\0\x04abcd" + b"\x01\0\0\x02\0\0"
    flac.write_bytes(data[: 8 + size] + blocks + data[8 + size :])
    assert read_carried(flac).lost == ("block 'riff'", "cue sheet")
    aiff = save(tmp_path / "song.aiff", noise(2, 3000), subtype="PCM_16", form="AIFF")
    more = b"".join(name + struct.pack(">I", 4) + b"abcd" for name in (b"MARK", b"basc", b"ANNO"))
    aiff.write_bytes(aiff.read_bytes() + more)
    assert read_carried(aiff).lost == ("chunk 'MARK'", "chunk 'basc'")


def test_a_cover_picture_is_named(tmp_path: Path, separate: Separator) -> None:
    pytest.importorskip("av")
    source = save(tmp_path / "song.mp3", noise(2, 9000), subtype="MPEG_LAYER_III", form="MP3")
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    picture = b"\0image/png\0\3\0" + png
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    source.write_bytes(b"ID3\3\0\0" + size + frame + source.read_bytes())
    separate(source, format="mp3")
    words = "mp3 stems do not hold the song's cover picture"
    assert separate.notices == [("not_carried", words)]


def test_tags_of_odd_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"title": "a\ud800b\0rest", "BPM": " 120 ", "artist": "\0"}
    monkeypatch.setattr(tags, "_by_pyav", lambda path: given)
    assert read_tags(tmp_path) == (("title", "a?b"), ("bpm", "120"))


def test_chunks_count_for_the_size_of_a_wav(
    tmp_path: Path, separate: Separator, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = song(tmp_path, bext(HOUR), Chunk(b"iXML", IXML + b" " * 5000))
    monkeypatch.setattr(formats, "LIMIT_32_BIT_BYTES", 2 * 3 * 44100 + 1000)
    stem = separate(source, format="wav-24") / "drums.wav"
    assert soundfile.info(stem).format == "RF64" and chunk(stem, b"bext")


def test_a_file_without_anything(tmp_path: Path, separate: Separator) -> None:
    folder = separate(save(tmp_path / "song.wav", noise(2, 3000)))
    names = {one.name for one in read_chunks(folder / "drums.wav", ())}
    assert names <= {b"fact", b"PEAK"} and separate.notices == []
    path = save(tmp_path / "song.mp3", noise(2, 3000), subtype="MPEG_LAYER_III", form="MP3")
    before = path.read_bytes()
    tag_mp3(path, ())
    assert path.read_bytes() == before


@pytest.mark.parametrize("size", [0, 3, 10, 337, 601])
def test_broken_chunks_do_no_harm(tmp_path: Path, separate: Separator, size: int) -> None:
    names = (b"bext", b"cue ", b"acid", b"iXML")
    source = song(tmp_path, *(Chunk(name, b"\xff" * size) for name in names))
    separate(source, start="100samples")
