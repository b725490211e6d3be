"""The declared latency of a live stream: one integer in device samples, made of its parts.

The formula, in words, is in the package's docstring.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from engines.composite import AnyStream, streams_of
from engines.grid import Grid
from engines.load import Model
from engines.settings import StreamSettings


@dataclass(frozen=True)
class Timing:
    """The parts of the latency, in samples at the stream's rate.

    stream_samples: for block adaptation, lookahead, crossfade and rate conversion. budget_samples:
    for computing, in whole blocks. hop_samples: input between two runs of the model (a fraction if
    the rate is converted). block_samples: size of every block, or 0 if it varies.
    """

    stream_samples: int
    budget_samples: int
    hop_samples: float
    block_samples: int

    @property
    def latency_samples(self) -> int:
        """Input sample i is heard as output sample i + latency_samples."""
        return self.stream_samples + self.budget_samples

    def left_samples(self, position: int, end: int) -> int:
        """Time until `position` must be ready, from when the block that ends at `end` was served.

        It is played by the block that begins at or before position + latency_samples, which is
        served one block after the one that ends there.
        """
        played, block = position + self.latency_samples, self.block_samples
        begins = played - played % block if block else played
        return begins + block - end


def hop_at_device(model: Model, settings: StreamSettings) -> float:
    """Device samples between two runs of a stream's model (which may take several windows)."""
    hop_samples = settings.hop_samples * settings.batch
    if model.spec.suits_rate(settings.rate_hz):
        return float(hop_samples)
    return hop_samples * settings.rate_hz / model.spec.rate_hz


def memory_at_device(model: Model, settings: StreamSettings) -> int:
    """Device samples after which a model's state is as good as one that heard all; 0: no state."""
    return ceil(model.spec.memory * settings.rate_hz / model.spec.rate_hz)


def longest_hop(stream: AnyStream) -> float:
    """Device samples after which all models of a stream have run, and may all have to run again."""
    return max(hop_at_device(one.model, one.settings) for one in streams_of(stream))


def budget_samples(hop_samples: float, block_samples: int, load_target: float) -> int:
    """`load_target` of the time between bursts of windows, rounded up to whole blocks.

    A block longer than a hop brings several windows at once; the budget covers them all.
    """
    windows = max(1, ceil(block_samples / hop_samples))
    return ceil(load_target * windows * hop_samples / block_samples) * block_samples


def grid_latency(grid: Grid, block_samples: int, load_target: float) -> int:
    """The declared latency of a grid at the model's own rate, in blocks of one size."""
    hop_samples = float(grid.hop_samples * grid.batch)
    budget = budget_samples(hop_samples, block_samples, load_target)
    return grid.delay_for_block(block_samples) + budget


def timing(
    stream: AnyStream, block_samples: int, largest_block_samples: int, load_target: float
) -> Timing:
    """The timing of `stream` in blocks of `block_samples`; 0: they vary up to the largest.

    Of several models in one stream the longest hop counts: after it all of them may have to run.
    The last one's windows are due when the first one's are done, at any place in a block.
    Where blocks vary, the budget has one largest block on top: a result must be ready when the
    block begins in which its first sample plays.
    """
    hop = longest_hop(stream)
    if block_samples:
        budget = budget_samples(hop, block_samples, load_target)
        one_model = len(streams_of(stream)) == 1
        delay = stream.delay_for_block(block_samples) if one_model else stream.latency_samples
        return Timing(delay, budget, hop, block_samples)
    budget = budget_samples(hop, largest_block_samples, load_target) + largest_block_samples
    return Timing(stream.latency_samples, budget, hop, 0)
