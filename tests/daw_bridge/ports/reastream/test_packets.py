"""ReaStream packets: the published layout byte for byte, round trips, damage."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import BadMessage, BadValue
from daw_bridge.ports.reastream.packets import (
    HEADER_BYTES,
    MAX_BLOCK_BYTES,
    AudioPacket,
    MidiPacket,
    check_identifier,
    decode,
    encode,
    largest_samples,
    split,
)

FLOATS = st.floats(width=32, allow_nan=False)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=7)


def by_hand(samples: list[list[float]], name: bytes = b"drums", rate_hz: int = 48000) -> bytes:
    """A packet put together as the published text says."""
    flat = [one for channel in samples for one in channel]
    block = struct.pack(f"<{len(flat)}f", *flat)
    head = b"MRSR" + struct.pack("<i", 4 + 4 + 32 + 1 + 4 + 2 + len(block))
    return (
        head
        + name.ljust(32, b"\0")
        + struct.pack("<Bih", len(samples), rate_hz, len(block))
        + (block)
    )


@st.composite
def packets(draw: st.DrawFn) -> AudioPacket:
    channels = draw(st.integers(1, 64))
    samples = draw(st.integers(1, min(4, largest_samples(channels))))
    values = draw(st.lists(FLOATS, min_size=1, max_size=8))
    audio = np.resize(np.array(values, np.float32), (channels, samples))
    return AudioPacket(draw(NAMES), draw(st.integers(1, 768_000)), audio)


def test_the_published_layout() -> None:
    data = by_hand([[0.5, -1.0, 0.25], [1.0, 2.0, 3.0]])
    packet = decode(data)
    assert isinstance(packet, AudioPacket)
    assert (packet.identifier, packet.rate_hz) == ("drums", 48000)
    assert packet.audio.tolist() == [[0.5, -1.0, 0.25], [1.0, 2.0, 3.0]]
    assert encode(packet) == data
    assert HEADER_BYTES == 47


@given(packets())
def test_round_trip(packet: AudioPacket) -> None:
    back = decode(encode(packet))
    assert isinstance(back, AudioPacket)
    assert (back.identifier, back.rate_hz) == (packet.identifier, packet.rate_hz)
    assert np.array_equal(back.audio, packet.audio)


@settings(deadline=None)
@given(packets(), st.data())
def test_damage_is_refused_or_read_as_some_packet(packet: AudioPacket, data: st.DataObject) -> None:
    whole = bytearray(encode(packet))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, HEADER_BYTES - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    try:
        found = decode(cut)
    except BadMessage:
        return
    assert isinstance(found, MidiPacket) or 1 <= found.channels <= 64


@given(packets(), st.integers(1, 100))
def test_every_truncation_and_every_excess_is_refused(packet: AudioPacket, count: int) -> None:
    whole = encode(packet)
    for bad in (whole[: -min(count, len(whole))], whole + bytes(count)):
        with pytest.raises(BadMessage):
            decode(bad)


@given(st.binary(max_size=200))
def test_anything_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadMessage, match="expected"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        by_hand([]),
        by_hand([[]]),
        by_hand([[0.0]] * 65),
        by_hand([[0.0]], rate_hz=0),
        by_hand([[0.0]], rate_hz=-1),
        by_hand([[0.0] * 301]),
        by_hand([[0.0]], name=b"x" * 32),
        by_hand([[0.0]], name=b"\xff\xfe"),
        b"XXXX" + by_hand([[0.0]])[4:],
    ],
)
def test_what_the_layout_does_not_allow(data: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(data)


def test_the_identifier_ends_at_its_first_zero() -> None:
    packet = decode(by_hand([[1.0]], name=b"new\0old name"))
    assert packet.identifier == "new"


def test_midi_is_told_apart() -> None:
    data = b"mRSR" + struct.pack("<i", 40 + 34) + b"keys".ljust(32, b"\0") + bytes(34)
    assert decode(data) == MidiPacket("keys")


@pytest.mark.parametrize(("channels", "most"), [(1, 300), (2, 150), (64, 4), (7, 42)])
def test_larger_blocks_are_split(channels: int, most: int) -> None:
    audio = np.arange(channels * 700, dtype=np.float32).reshape(channels, 700)
    found = [decode(one) for one in split("mix", 44100, audio)]
    assert all(isinstance(one, AudioPacket) for one in found)
    parts = [one.audio for one in found if isinstance(one, AudioPacket)]
    assert np.array_equal(np.concatenate(parts, axis=1), audio)
    assert {one.shape[1] for one in parts[:-1]} == {most}
    assert max(one.nbytes for one in parts) <= MAX_BLOCK_BYTES


def test_identifiers() -> None:
    assert check_identifier("song-drums") == "song-drums"
    for bad in ("", "x" * 32, "ä" * 16, "a\0b", "\udc80"):
        with pytest.raises(BadValue):
            check_identifier(bad)
