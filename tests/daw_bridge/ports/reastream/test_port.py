"""ports.reastream.port: real sockets on loopback, packets as published, time made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.errors import BadChannels, BadValue, NoDevice, WrongForm
from daw_bridge.live.stream import LiveStream
from daw_bridge.ports import AudioOptions, ReaStreamOptions, load_port
from daw_bridge.ports.reastream.port import USUAL_RATE_HZ, ReaStreamPort
from tests.rigs.live import delayed, level_db, noise, offline, settings_of, tiny
from tests.rigs.reastream import BLOCK, RATE, Rig, sent, udp
from tests.rigs.tiny_models import OFFLINE

OUTPUTS = ("drums", "bass", "other", "vocals", "residual")


@pytest.mark.parametrize("hold_ms", [20.0, 50.0, 333.3])
def test_streaming_equals_offline_at_the_declared_latency(hold_ms: float) -> None:
    model, mix = tiny(domain="stft", conditional=True, couple=0.3), noise(RATE // 3)
    with Rig(model, reastream={"hold_ms": hold_ms}) as rig:
        rig.play(sent("daw-bridge", mix))
        expected = offline(model, settings_of(model, RATE), mix)
        for row, name in enumerate(OUTPUTS):
            stem = rig.stem(f"daw-bridge-{name}")
            assert stem.shape[1] >= mix.shape[1] + rig.latency_samples
            there = delayed(expected[row], rig.latency_samples)
            assert np.array_equal(stem[:, : there.shape[1]], there), name
        counters = rig.live.control.counters
        assert (counters.late_blocks, rig.live.port_status.discontinuities) == (0, 0)
        assert not rig.stem("daw-bridge-drums")[:, -100:].any()


def test_lost_packets_leave_all_that_follows_in_its_place() -> None:
    mix = noise(6 * RATE)
    packets = sent("daw-bridge", mix)
    lost = [packets.pop(700), packets.pop(700), packets.pop(900)]
    with Rig(tiny(live=OFFLINE)) as rig:
        rig.play(packets)
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)[:, : mix.shape[1]]
        error = total - delayed(mix, rig.latency_samples)
        assert level_db(error[:, 9 * RATE // 2 :]) < -120 < level_db(error[:, 2 * RATE : 3 * RATE])
        gone = sum((len(data) - 47) // 8 for _, data in lost)
        assert rig.live.port_status.shortfall_samples == gone
        assert rig.live.port_status.discontinuities > 0 == rig.live.port_status.excess_samples
        assert "samples missing and 0 too many" in str(rig.live.control.fault)
        assert rig.live.control.fault is not None and rig.live.control.fault.code == "discontinuity"


def test_reordered_packets_cost_their_own_place_only() -> None:
    mix = noise(2 * RATE)
    packets = sent("daw-bridge", mix)
    (first_s, one), (second_s, two) = packets[300:302]
    packets[300:302] = [(first_s, two), (second_s, one)]
    with Rig(tiny(live=OFFLINE)) as rig:
        rig.play(packets)
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)[:, : mix.shape[1]]
        wrong = np.flatnonzero(np.abs(total - delayed(mix, rig.latency_samples)).max(axis=0) > 1e-6)
        assert 0 < len(wrong) <= 300 and np.ptp(wrong) < 300
        assert rig.live.port_status.discontinuities == 0


def test_known_stems_come_under_identifiers_of_their_own() -> None:
    model, mix, drums = tiny(live=OFFLINE), noise(RATE), noise(RATE, seed=1)
    with Rig(model, known=("drums",)) as rig:
        assert rig.port.known == ("drums",)
        rig.play(sent("daw-bridge", mix) + sent("daw-bridge-known-drums", drums))
        heard = rig.stem("daw-bridge-drums")[:, :RATE]
        assert level_db(heard - delayed(drums, rig.latency_samples)) < -120
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)[:, :RATE]
        assert level_db(total - delayed(mix, rig.latency_samples)) < -120


def test_identifiers_of_ones_own() -> None:
    maps = {"in_map": "mix=song,bass=low", "out_map": "drums=beat,residual=none,dry=none"}
    with Rig(tiny(live=OFFLINE), **maps, reastream={"identifier": "x"}) as rig:
        rig.play(sent("song", noise(4 * BLOCK)), rest_s=0.2)
        assert set(rig.heard) == {"beat", "x-bass", "x-other", "x-vocals"}
        assert rig.port.known == ("bass",)


def test_the_mix_comes_back_delayed_as_the_stems_are_whatever_their_gains() -> None:
    mix = noise(RATE)
    with Rig(tiny(live=OFFLINE), out_map="dry=whole") as rig:
        rig.live.faders.set_gain("drums", -12.0)
        rig.play(sent("daw-bridge", mix))
        dry = rig.stem("whole")[:, :RATE]
        assert level_db(dry - delayed(mix, rig.latency_samples)) < -120
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)[:, :RATE]
        assert level_db(total - dry) > -60


def test_it_does_not_hear_itself_nor_others() -> None:
    """Its own stems come back to it, as with a broadcast that it hears."""
    mix = noise(RATE)
    with Rig(tiny(live=OFFLINE)) as rig:
        others = sent("daw-bridge-drums", noise(RATE, 1)) + sent("other", noise(RATE, 2))
        rig.play(sent("daw-bridge", mix) + others)
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)[:, :RATE]
        assert level_db(total - delayed(mix, rig.latency_samples)) < -120
        assert rig.live.port_status.refused_packets == 0


def test_the_first_of_two_senders_is_heard() -> None:
    mix = noise(RATE)
    with Rig(tiny(live=OFFLINE)) as rig, udp() as rival:
        rig.play(sent("daw-bridge", mix[:, : RATE // 2]), rest_s=0.0)
        rival.sendto(sent("daw-bridge", noise(100, 3))[0][1], rig.port.address)
        late = sent("daw-bridge", mix, start_s=1.0)[-(len(sent("daw-bridge", mix)) // 2) :]
        rig.play(late, rest_s=1.5)
        assert rig.live.port_status.refused_packets == 1
        assert "from both" in str(rig.live.control.fault)


def test_another_form_is_refused_and_says_what_was_seen() -> None:
    with Rig(tiny(live=OFFLINE)) as rig:
        rig.play(sent("daw-bridge", noise(RATE // 4), rate_hz=48000), rest_s=0.1)
        assert isinstance(rig.live.control.fault, WrongForm)
        assert "48000 Hz and 2 channels" in rig.live.control.fault.seen
        assert "44100 Hz and 2 channels" in rig.live.control.fault.expected
        rig.play(sent("daw-bridge", noise(100, channels=1), start_s=3.0), rest_s=1.2)
        assert "1 channels" in rig.live.control.fault.seen
        assert not rig.heard and rig.live.port_status.refused_packets > 10


def test_a_rate_that_nobody_fixed_is_followed() -> None:
    asked: list[tuple[int, int]] = []
    with Rig(tiny(live=OFFLINE), rate_hz=0) as rig:
        assert rig.port.rate_hz == USUAL_RATE_HZ
        rig.live.port_status.reshape = lambda *form: asked.append(form)
        rig.play(sent("daw-bridge", noise(RATE // 4), rate_hz=RATE), rest_s=0.2)
        assert asked == [(RATE, rig.port.block_samples)] and rig.rates == {RATE}
        assert rig.live.control.fault is None and f"{RATE} Hz" in rig.live.port_status.state


def test_damaged_packets_are_counted() -> None:
    good = sent("daw-bridge", noise(RATE // 4))
    bad = [(1.0, b"MRSR"), (1.1, good[0][1][:-1]), (1.15, b"")]
    with Rig(tiny(live=OFFLINE)) as rig:
        rig.play([*good, *bad], rest_s=1.5)
        assert rig.live.port_status.refused_packets == 3
        assert rig.live.control.fault is not None and rig.live.control.fault.code == "bad_message"


def test_what_the_system_does_not_take_is_counted() -> None:
    class Full:
        def sendto(self, *_: object) -> None:
            raise BlockingIOError

        def close(self) -> None: ...

    with Rig(tiny(live=OFFLINE)) as rig:
        rig.sockets._sender.close()
        rig.sockets._sender = Full()  # type: ignore[assignment]
        rig.play(sent("daw-bridge", noise(2 * BLOCK)), rest_s=0.05)
        assert rig.live.port_status.dropped_packets > 0 and not rig.heard


def test_a_network_that_is_gone_is_told() -> None:
    class Gone:
        def sendto(self, *_: object) -> None:
            raise OSError(101, "Network is unreachable")

        def close(self) -> None: ...

    with Rig(tiny(live=OFFLINE)) as rig:
        rig.sockets._sender.close()
        rig.sockets._sender = Gone()  # type: ignore[assignment]
        rig.play(sent("daw-bridge", noise(2 * BLOCK)), rest_s=0.05)
        fault = rig.live.control.fault
        assert isinstance(fault, NoDevice) and "unreachable" in fault.seen


def test_a_sender_that_stops_and_begins_again() -> None:
    mix = noise(RATE)
    with Rig(tiny(live=OFFLINE)) as rig:
        rig.play(sent("daw-bridge", mix))
        once = rig.stem("daw-bridge-drums").shape[1]
        rig.heard.clear()
        rig.play(sent("daw-bridge", mix, start_s=rig.sockets.time_s + 1.0))
        total = sum(rig.stem(f"daw-bridge-{name}") for name in OUTPUTS)
        assert abs(total.shape[1] - once) <= 2 * rig.port.block_samples
        error = total[:, :RATE] - delayed(mix, rig.latency_samples)
        assert level_db(error) < -120
        assert rig.live.port_status.discontinuities == 0


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"in_map": "mix=none"}, BadChannels),
        ({"in_map": "song"}, BadChannels),
        ({"in_map": "drums=daw-bridge"}, BadChannels),
        ({"in_map": "mix=" + 32 * "x"}, BadValue),
        ({"known": ("residual",)}, BadValue),
        ({"channels": 65}, WrongForm),
        ({"in_device": "1"}, NoDevice),
        ({"reastream": ReaStreamOptions(identifier="")}, BadValue),
    ],
)
def test_bad_options(options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        load_port("reastream").prepare(AudioOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["drums=daw-bridge", "drums=a,bass=a", "horn=a"])
def test_bad_outputs(text: str) -> None:
    model = tiny()
    port = ReaStreamPort(AudioOptions(out_map=text))
    with pytest.raises(BadChannels):
        port.connect(LiveStream(model, settings_of(model), 128))
