"""What is published: to those who want it, in pieces of bounded size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.server.sockets.topics import (
    MAX_EVENT_BYTES,
    MAX_EVENTS,
    MOST_PREFIXES,
    PIECE_BYTES,
    Events,
    Topics,
    pieces,
    topic_of,
)
from daw_bridge.wire.replies import AudioReply, ClosedReply, Heartbeat, ValuesReply


def test_topics_name_the_kind_and_the_stream() -> None:
    assert topic_of(ClosedReply(3)) == b"closed/3"
    assert topic_of(ValuesReply(0, ())) == b"values/0"
    assert topic_of(Heartbeat()) == b""


def test_only_what_somebody_subscribed_to_is_wanted() -> None:
    topics = Topics()
    assert not topics.wanted(b"audio/1")
    topics.hear(b"\1audio/1")
    topics.hear(b"\1meters")
    assert topics.wanted(b"audio/1") and topics.wanted(b"audio/12") and topics.wanted(b"meters/9")
    assert not topics.wanted(b"audio/2") and not topics.wanted(b"values/1")
    topics.hear(b"\0audio/1")
    assert not topics.wanted(b"audio/1")
    topics.hear(b"\1")
    assert topics.wanted(b"values/1")
    topics.hear(b"\2no subscription")
    topics.hear(b"")
    topics.hear(b"\0")
    assert not topics.wanted(b"values/1")


def test_too_many_subscriptions_make_everything_wanted() -> None:
    topics = Topics()
    for k in range(MOST_PREFIXES + 1):
        topics.hear(b"\1other/%d" % k)
    assert topics.wanted(b"audio/1") and len(topics._prefixes) == MOST_PREFIXES


@given(st.integers(0, 60_000), st.integers(1, 6), st.integers(1, 3), st.booleans())
def test_pieces_together_are_the_reply(
    samples: int, outputs: int, channels: int, final: bool
) -> None:
    audio = np.arange(outputs * channels * samples, dtype=np.float32)
    audio = audio.reshape(outputs, channels, samples)
    names = tuple(f"stem{k}" for k in range(outputs))
    reply = AudioReply(1, 7, -50, 48000, 223, names, audio, final)
    found = [one for one in pieces(reply) if isinstance(one, AudioReply)]
    assert np.array_equal(np.concatenate([one.audio for one in found], axis=-1), audio)
    at = reply.start_sample
    for one in found:
        assert one.start_sample == at and one.seq == 7 and one.audio.nbytes <= PIECE_BYTES
        at += one.audio.shape[-1]
    assert [one.final for one in found] == [False] * (len(found) - 1) + [final]


def test_what_is_no_audio_is_whole() -> None:
    assert list(pieces(ClosedReply(1))) == [ClosedReply(1)]


def test_events_wait_within_a_number_and_within_bytes() -> None:
    small, large = [b"a", b"b"], [b"audio/1", bytes(MAX_EVENT_BYTES // 2)]
    events = Events()
    assert [events.put(small) for _ in range(MAX_EVENTS + 2)].count(True) == MAX_EVENTS
    while events.take() is not None:
        pass
    assert events.put(large) and not events.put(large)  # with the topic it is more than a half
    assert events.put(small)
    assert events.take() == large and events.put(large)
    assert events.take() == small
