"""How a stream does, as the server tells it. Frozen; see replies.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Level:
    """One output's level since the last message of this kind, re full scale.

    name: the output.
    peak_db: of the highest sample, -120 for silence.
    rms_db: of the mean power, -120 for silence.
    """

    name: str
    peak_db: float
    rms_db: float


@dataclass(frozen=True)
class StreamHealth:
    """How a stream does; counts are since it was opened.

    stream: its number.
    rate_hz: sample rate of the stream.
    latency_samples: how late the outputs are.
    levels: of each output.
    load: share of a hop's time that separating takes; 1 is no time left.
    late: underruns: blocks that had the mix on the residual because the model was late.
    windows: windows that are done with, computed or skipped.
    skipped_windows: windows that were not computed, in bypass or because their time had passed.
    xruns: over- and underruns that the sound system reported.
    nonfinite_samples: NaN, infinity and absurd loudness in the input; they count as silence.
    nonfinite_windows: windows whose results had NaN or infinity; they count as silence.
    failures: windows that the model could not compute.
    blocks: blocks that a live stream has served.
    late_samples: samples per channel that had the mix on the residual.
    discarded_samples: results that came after their time.
    callback_p999_us: time for serving one block of a live stream, that 999 of 1,000 kept.
    callback_max_us: the longest time for serving one block.
    cycle_p999_us: time from the start of JACK's cycle to the end of our part, that 999 of 1,000
        kept; 0 elsewhere.
    cycle_max_us: the longest such time.
    io_state: state of the audio port that feeds the stream; empty if a client does.
    discontinuities: places where packets of a port were missing or too many.
    shortfall_samples: missing input of a port that was filled with silence.
    excess_samples: input of a port that was left out.
    refused_packets: packets that were damaged, or of another rate or channel count.
    dropped_packets: packets that the system refused to send.
    lost_controls: MIDI messages at `midi_in` that came faster than they were read.
    hears: identifiers that a ReaStream port hears: of the mix, then of known stems.
    sends: identifiers that it sends under: of each output, last of the delayed mix; empty for one
        that is not sent.
    engine: state of the remote engine that runs the model: `up`, or `down` while it does not answer
        and live streams do not ask it, or others wait for it; empty where the model runs here.
    engine_missed: windows that had silent stems as the engine did not answer in time.
    engine_calls: calls of this stream that the engine has answered.
    engine_failures: calls of this stream that failed, or had no answer in time.
    engine_openings: how often such a failure has made all live streams of this server that share
        the engine stop asking it, until it was found well.
    engine_call_us: time that the last call took, there and back.
    engine_p99_us: time that 99 of 100 calls kept, to the next of 14 steps.
    """

    TYPE: ClassVar[str] = "meters"
    stream: int
    rate_hz: int
    latency_samples: int
    levels: tuple[Level, ...] = ()
    load: float = 0.0
    late: int = 0
    windows: int = 0
    skipped_windows: int = 0
    xruns: int = 0
    nonfinite_samples: int = 0
    nonfinite_windows: int = 0
    failures: int = 0
    blocks: int = 0
    late_samples: int = 0
    discarded_samples: int = 0
    callback_p999_us: float = 0.0
    callback_max_us: float = 0.0
    cycle_p999_us: float = 0.0
    cycle_max_us: float = 0.0
    io_state: str = ""
    discontinuities: int = 0
    shortfall_samples: int = 0
    excess_samples: int = 0
    refused_packets: int = 0
    dropped_packets: int = 0
    lost_controls: int = 0
    hears: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    engine: str = ""
    engine_missed: int = 0
    engine_calls: int = 0
    engine_failures: int = 0
    engine_openings: int = 0
    engine_call_us: float = 0.0
    engine_p99_us: float = 0.0
