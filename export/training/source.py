"""Where training batches come from, by the setup's [data] table.

kind = "songs": windows of rendered songs as they are (the early test). kind = "sampler": the mixing
sampler of export/data; the table's other entries are fields of its SamplerConfig. kind =
"mixtures": the same, of which only the mixes are given. kind = "labelled": mixes of some of its
stems and their names, for denoisers (`labelled.py`); `solo_share` of them of one stem. kind =
"prepared": songs that `prepare` made; fields of PreparedConfig. kind = "tags": questions about
songs rendered by tags; fields of TagConfig. kind = "shares": sounds of such songs as masks leave
them, and how much of each tag is in them; fields of ShareConfig. Any other setup's table reads a
folder of prepared songs where one is given (`located`). `filter_silent` (from the training options)
draws items again in which any stem is silent.
"""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.common.batch import Batch
from export.common.songs import load_clip, song_folders
from export.data.config import STEM_SETS
from export.data.errors import DataError
from export.data.prepared_items import PreparedConfig
from export.data.sampler import ATTEMPTS, Sampler, SamplerConfig
from export.data.share_items import ShareConfig, ShareSampler
from export.data.tag_items import TagConfig, TagSampler
from export.training.labelled import LabelledMixes
from export.training.prefetch import BatchSource

#: Kadandale et al. drop chunks of 65,280 samples in which a stem's energy rounds to 0: -51 dB RMS.
SILENT_RMS = (0.5 / 65_280) ** 0.5


class SongWindows:
    """Random windows of whole songs, their stems aligned as they were made (no remixing).

    batch(step) -> (batch, stems, channels, samples) float32, the same for the same (seed, step).
    Songs are decoded once, when first drawn, and kept as 16-bit samples. Windows with fewer than
    `least_audible` stems above `audible_rms` are drawn again. Every stem gets a random gain of
    +-6 dB. Raises DataError("no-window").
    """

    def __init__(
        self,
        root: Path,
        stems: tuple[str, ...],
        rate_hz: int,
        channels: int,
        batch: int,
        seconds: float,
        seed: int,
        least_audible: int = 2,
        audible_rms: float = 1e-3,
    ) -> None:
        self.folders = song_folders(root, stems)
        self.stems, self.rate_hz, self.channels = stems, rate_hz, channels
        self.size, self.samples, self.seed = batch, round(seconds * rate_hz), seed
        self.least_audible, self.audible_rms = least_audible, audible_rms
        self._kept: dict[int, NDArray[np.int16]] = {}

    def batch(self, step: int) -> NDArray[np.float32]:
        random = np.random.default_rng((self.seed, step))
        return np.stack([self._item(random) for _ in range(self.size)])

    def _item(self, random: np.random.Generator) -> NDArray[np.float32]:
        for _ in range(ATTEMPTS):
            song = self._song(int(random.integers(len(self.folders))))
            start = int(random.integers(max(1, song.shape[2] - self.samples)))
            window = song[:, :, start : start + self.samples].astype(np.float32) / 32768
            window = np.pad(window, ((0, 0), (0, 0), (0, self.samples - window.shape[2])))
            levels = np.sqrt((window**2).mean((1, 2)))
            if (levels > self.audible_rms).sum() >= self.least_audible:
                gains = 10 ** (random.uniform(-6, 6, (len(self.stems), 1, 1)) / 20)
                return (window * gains).astype(np.float32)
        raise DataError("no-window", f"{ATTEMPTS} windows without {self.least_audible} audible "
                        "stems; is the data silent, or the window too short?")  # fmt: skip

    def _song(self, index: int) -> NDArray[np.int16]:
        if index not in self._kept:
            clip = load_clip(self.folders[index], self.stems, self.rate_hz, self.channels)
            self._kept[index] = np.round(clip.stems.clip(-1, 1) * 32767).astype(np.int16)
        return self._kept[index]


class Mixtures:
    """The mixes of another source: batch(step) -> (batch, 1, channels, samples) float32."""

    def __init__(self, source: BatchSource) -> None:
        self.source = source

    def batch(self, step: int) -> NDArray[np.float32]:
        found = self.source.batch(step)
        stems: NDArray[np.float32] = found.stems if isinstance(found, Batch) else found
        return stems.sum(1, keepdims=True)


#: The folders that each kind of data is made of, by option, and what makes them.
NEEDED = {
    "songs": ("bands",), "sampler": ("cache", "bands"), "mixtures": ("cache", "bands"),
    "prepared": ("data",), "tags": ("cache", "bands"), "shares": ("cache", "bands"),
    "labelled": ("cache", "bands"),
}  # fmt: skip
KINDS = tuple(NEEDED)
#: Kinds that are made of songs rendered by tags.
BY_TAGS = ("tags", "shares")
MADE_BY = {"cache": "export clips --cache", "bands": "export render --out",
           "data": "export prepare FOLDER -o"}  # fmt: skip


def located(
    data: dict[str, Any], cache: Path | None, bands: Path | None, prepared: Path | None = None
) -> dict[str, Any]:
    """A setup's [data] table with its folders. Raises DataError("no-folder") where one is needed
    that was not given, and where `prepared` is given beside others."""
    folders = {"cache": cache, "bands": bands, "data": prepared}
    if prepared is not None:
        if data["kind"] in BY_TAGS:
            raise DataError("no-folder", "prepared songs have no tags; give --cache and --bands, "
                            "songs of python -m export render --by tags")  # fmt: skip
        if cache is not None or bands is not None:
            raise DataError("no-folder", "--data goes without --cache and --bands; prepare the "
                            "rendered songs, too: python -m export prepare BANDS ...")  # fmt: skip
        return prepared_table(data) | {"prepared": prepared}
    needed = [name for name in NEEDED.get(data["kind"], ()) if folders[name] is None]
    if needed:
        raise DataError("no-folder", f"this setup's data needs --{needed[0]}, the folder that "
                        f"python -m {MADE_BY[needed[0]]} makes; or give --data, songs of your own "
                        "or a published set that python -m export prepare made")  # fmt: skip
    return data | {"cache": cache, "bands": bands}


def prepared_table(data: dict[str, Any]) -> dict[str, Any]:
    """A [data] table for prepared songs from one of any kind: what both have is kept."""
    names = {item.name for item in dataclasses.fields(PreparedConfig)}
    kept = {key: value for key, value in data.items() if key in names | {"seconds"}}
    if data["kind"] == "mixtures":
        kept |= {"stem_set": data["stem_set"]}
    if data["kind"] in ("sampler", "mixtures"):  # weights of kinds of items there, a chance here
        clip, remix = data.get("clip_share", 0.3), data.get("remix_share", 0.35)
        kept["remix_share"] = remix / (clip + remix) if clip + remix else 0.5
    if data["kind"] == "labelled":  # of one song, as it is played
        kept |= {"remix_share": data.get("remix_share", 0.0), "solo_share": solo_share(data)}
    return kept | {"kind": data["kind"] if data["kind"] in SUMMED else "prepared"}


#: Kinds of which no stem is learnt from.
SUMMED = ("mixtures", "labelled")


def solo_share(data: dict[str, Any]) -> float:
    """How many items of kind "labelled" are of one stem."""
    return float(data.get("solo_share", 0.0))


def make_source(
    data: dict[str, Any], stems: tuple[str, ...], rate_hz: int, channels: int, batch: int, seed: int
) -> BatchSource:
    """The batches a [data] table asks for; built in the background process."""
    if data.get("filter_silent"):
        data = data | {"least_audible": len(stems), "audible_rms": SILENT_RMS}
    if data["kind"] == "songs":
        limits = {key: data[key] for key in ("least_audible", "audible_rms") if key in data}
        folder = Path(data["bands"]) / "train"
        sizes = (rate_hz, channels, batch, data["seconds"])
        return SongWindows(folder, stems, *sizes, seed, **limits)
    if data["kind"] == "sampler":
        return _sampler(data, stems, rate_hz, channels, batch, seed)
    if data["kind"] == "mixtures":
        return Mixtures(_mixed(data, rate_hz, channels, batch, seed))
    if data["kind"] == "tags":
        return TagSampler(tag_config(data, rate_hz, channels, batch), seed)
    if data["kind"] == "shares":
        return ShareSampler(share_config(data, rate_hz, channels, batch), seed)
    if data["kind"] == "labelled":
        windows = _windows(data, stems, rate_hz, channels, batch // 2, seed)
        return LabelledMixes(windows, seed, solo_share(data))
    if data["kind"] == "prepared":
        return Sampler(prepared_config(data, stems, rate_hz, channels, batch), seed)
    seen = f"data.kind is {data['kind']!r}, expected {' or '.join(map(repr, KINDS))}"
    raise DataError("bad-data", seen)


def _windows(
    data: dict[str, Any], stems: tuple[str, ...], rate_hz: int, channels: int, batch: int, seed: int
) -> BatchSource:
    """The stems that labelled mixes are made of."""
    if "prepared" in data:
        return Sampler(prepared_config(data, stems, rate_hz, channels, batch), seed)
    return _sampler(data, stems, rate_hz, channels, batch, seed)


def _mixed(data: dict[str, Any], rate_hz: int, channels: int, batch: int, seed: int) -> Sampler:
    """What the mixes of kind "mixtures" are made of."""
    if "prepared" in data:
        stems = STEM_SETS[data["stem_set"]]
        return Sampler(prepared_config(data, stems, rate_hz, channels, batch), seed)
    return Sampler(sampler_config(data, rate_hz, channels, batch), seed)


def prepared_config(
    data: dict[str, Any], stems: tuple[str, ...], rate_hz: int, channels: int, batch: int
) -> PreparedConfig:
    """The configuration of prepared songs for a [data] table with `prepared`, their folder."""
    names = {item.name for item in dataclasses.fields(PreparedConfig)}
    own: dict[str, Any] = {key: value for key, value in data.items() if key in names}
    own = {key: tuple(value) if isinstance(value, list) else value for key, value in own.items()}
    own |= {"rate_hz": rate_hz, "channels": channels, "batch": batch, "stems": stems}
    own |= {"samples": round(data["seconds"] * rate_hz), "prepared": Path(data["prepared"])}
    return PreparedConfig(**own)


def sampler_config(data: dict[str, Any], rate_hz: int, channels: int, batch: int) -> SamplerConfig:
    """The sampler's configuration for a [data] table with `cache` and `bands` folders."""
    return SamplerConfig(**_filled(SamplerConfig, data, rate_hz, channels, batch))


def tag_config(data: dict[str, Any], rate_hz: int, channels: int, batch: int) -> TagConfig:
    """The same for questions about songs rendered by tags."""
    return TagConfig(**_filled(TagConfig, data, rate_hz, channels, batch))


def share_config(data: dict[str, Any], rate_hz: int, channels: int, batch: int) -> ShareConfig:
    """The same for sounds whose shares of tags are heard."""
    return ShareConfig(**_filled(ShareConfig, data, rate_hz, channels, batch))


def _filled(
    kind: type[Any], data: dict[str, Any], rate_hz: int, channels: int, batch: int
) -> dict[str, Any]:
    names = {item.name for item in dataclasses.fields(kind)}
    own = {key: value for key, value in data.items() if key in names}
    own = {key: tuple(value) if isinstance(value, list) else value for key, value in own.items()}
    paths = {key: Path(own[key]) for key in ("cache", "bands")}
    samples = round(data["seconds"] * rate_hz)
    return own | paths | {
        "rate_hz": rate_hz, "channels": channels, "batch": batch, "samples": samples
    }  # fmt: skip


def _sampler(
    data: dict[str, Any], stems: tuple[str, ...], rate_hz: int, channels: int, batch: int, seed: int
) -> BatchSource:
    config = sampler_config(data, rate_hz, channels, batch)
    if config.stems != stems:
        text = f"the setup's stems are {stems}, the sampler gives {config.stems}"
        raise DataError("bad-data", text)
    return Sampler(config, seed)
