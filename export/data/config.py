"""What the sampler is asked for: stem sets, kinds of song, and their shares."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from export.data.clip_cache import RATE_HZ
from export.data.errors import DataError

STEM_SETS = {
    "song": ("drums", "bass", "other", "vocals"),
    "band": ("bass", "drums", "guitar", "piano", "other"),
}
ACTIVE_RMS = 1e-3
Kind = Literal["clip", "remix", "band", "band_voice", "accompaniment", "prepared"]
KINDS: tuple[Kind, ...] = ("clip", "remix", "band", "band_voice", "accompaniment", "prepared")
#: The folder in the cache that `prepare` makes.
PREPARED = "prepared"


@dataclass(frozen=True)
class SamplerConfig:
    """What a batch is made of. `samples` per window at `rate_hz`; shares are relative weights.

    `mir_share`: of the voices over bands and in remixes, how many are MIR-1K's, whose songs are
    low-passed as a whole. `remix_band_share`: of the drums, basses and others in remixes, how many
    are rendered. `hold_back`: names of real clips never drawn, for those that are to be measured
    on, and of prepared songs. `drop_share`: chance of each stem to be silent. Levels are RMS in dB.

    `prepared_share`: songs that `prepare` made in the cache's folder PREPARED, known in part as
    sums; `prepared_remix_share`, of these, how many have each stem, or sum, from another song.

    For `band` alone: `prepared_stem_share`, of the guitars, pianos and others that a remix takes
    each from another song, how many are of a prepared song that has them alone;
    `mixed_songs_share`, of the remixes, how many have guitar, piano and other from different
    rendered songs; `remix_voice_share`, how many have a voice in other; `leave_out_share`, chance
    of each of the rendered guitar, piano and other to be left out.
    `vary_*`: chances of the effects of `vary.py` for each rendered stem.

    For `song` alone: `accompaniment_share`, recorded music without singing, known as a sum;
    `accompaniment_voice_share`, how much of it has a real voice over it. `mix_gain_db`: range of a
    gain of the whole item, beyond full scale if it is above 0. `mix_level_db`: range of the item's
    mix in dBFS RMS instead, for a network whose input is brought to a level; None: as it comes.
    Raises DataError("bad-config").
    """

    stem_set: Literal["song", "band"]
    cache: Path
    bands: Path
    rate_hz: int = RATE_HZ
    channels: Literal[1, 2] = 2
    samples: int = 4 * RATE_HZ
    batch: int = 12
    clip_share: float = 0.3
    remix_share: float = 0.35
    band_share: float = 0.05
    band_voice_share: float = 0.3
    accompaniment_share: float = 0.0
    accompaniment_voice_share: float = 0.8
    prepared_share: float = 0.0
    prepared_remix_share: float = 0.5
    prepared_stem_share: float = 0.0
    mir_share: float = 0.35
    remix_band_share: float = 0.2
    drop_share: float = 0.05
    gain_range: tuple[float, float] = (0.35, 1.4)
    band_level_db: tuple[float, float] = (-24.0, -14.0)
    voice_level_db: tuple[float, float] = (-26.0, -15.0)
    relist_every: int = 200
    least_audible: int = 2
    audible_rms: float = ACTIVE_RMS
    hold_back: tuple[str, ...] = ()
    mixed_songs_share: float = 0.5
    remix_voice_share: float = 0.5
    leave_out_share: float = 0.1
    vary_equaliser: float = 0.0
    vary_reverb: float = 0.0
    vary_drive: float = 0.0
    vary_pan: float = 0.0
    vary_gain: float = 0.0
    mix_gain_db: tuple[float, float] = (0.0, 0.0)
    mix_level_db: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.stem_set not in STEM_SETS or self.channels not in (1, 2):
            raise DataError("bad-config", f"{self.stem_set}, {self.channels} channels; expected "
                            "'song' or 'band', 1 or 2 channels")  # fmt: skip
        if min(self.shares) < 0 or sum(self.shares) <= 0 or min(self.samples, self.batch) < 1:
            raise DataError("bad-config", "shares must be >= 0 and not all 0, sizes at least 1")
        if self.stem_set == "band" and self.accompaniment_share:
            raise DataError("bad-config", "accompaniment_share is for 'song': of 'band' no stem of "
                            "such a track is known")  # fmt: skip
        chances = (self.prepared_remix_share, self.prepared_stem_share)
        if not all(0 <= chance <= 1 for chance in chances):
            raise DataError("bad-config", f"prepared_remix_share, prepared_stem_share {chances}; "
                            "expected chances, 0 to 1")  # fmt: skip
        if self.mix_gain_db[0] > self.mix_gain_db[1]:
            raise DataError("bad-config", f"mix_gain_db {self.mix_gain_db}; expected low, high")
        if self.mix_level_db and self.mix_level_db[0] > self.mix_level_db[1]:
            raise DataError("bad-config", f"mix_level_db {self.mix_level_db}; expected low, high")
        if not all(0 <= chance <= 1 for chance in self.variation):
            raise DataError("bad-config", f"vary_* are {self.variation}; expected chances")
        if not 0 <= self.least_audible <= len(self.stems):
            raise DataError("bad-config", f"least_audible {self.least_audible}; expected 0 to "
                            f"{len(self.stems)}, the number of stems")  # fmt: skip

    @property
    def stems(self) -> tuple[str, ...]:
        """Stem names in the order of the batch's second axis."""
        return STEM_SETS[self.stem_set]

    @property
    def shares(self) -> tuple[float, ...]:
        """Weights of KINDS."""
        return (self.clip_share, self.remix_share, self.band_share, self.band_voice_share,
                self.accompaniment_share, self.prepared_share)  # fmt: skip

    @property
    def needs_prepared(self) -> bool:
        """Whether songs that `prepare` made are read."""
        return self.prepared_share > 0 or self.prepared_stem_share > 0

    @property
    def variation(self) -> tuple[float, ...]:
        """Chances of equaliser, reverb, drive, pan and gain for each rendered stem."""
        return (self.vary_equaliser, self.vary_reverb, self.vary_drive, self.vary_pan,
                self.vary_gain)  # fmt: skip
