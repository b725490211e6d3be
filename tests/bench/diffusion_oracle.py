"""What the diffusion sampler is worth with a prior that is known: no network, no training.

    python -m tests.bench.diffusion_oracle
    python -m tests.bench.diffusion_oracle --songs 2 --samples 16384

Songs are drawn from a Gaussian prior with a known power in every place of an STFT
(tests/rigs/oracle.py), so that the mean of what stems may be, given the mix, is known too: no
sampler can be better. Prints tables of SI-SDRi in dB for separation, and of what leaks of given
drums into new parts. Settings that would be refused are run all the same, and marked.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from unittest import mock

import numpy as np

from engines.errors import SettingsError
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.gamma import INFINITE, MSDM_GAMMA, Gamma
from engines.methods.diffusion.generating import Generation, Place, generate
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.separating import Mixes, separate
from engines.methods.diffusion.settings import Sampling, Separation
from engines.types import Audio
from export.common.metrics import si_sdr
from tests.rigs.oracle import STEMS, Oracle, Song, make_song, posterior_mean

Row = tuple[str, dict[str, object]]
_LEAK_SONGS = 2  # each takes a minute
KARRAS = Levels(30, spacing="karras")


def separations() -> Iterator[Row]:
    """What is tried, and the settings that differ from the usual ones."""
    yield "separator, drums constrained", {}
    for stem in STEMS:
        if stem != "drums":
            yield f"separator, {stem} constrained", {"constrained": stem}
    yield "extractor", {"kind": "extractor"}
    yield "ensemble", {"kind": "ensemble", "extracted": ("bass", "guitar", "piano")}
    for count in (20, 24, 29, 60):
        yield f"separator, {count} levels", {"sampling": Sampling(Levels(count))}
    yield "separator, Karras, 30 levels", {"sampling": Sampling(KARRAS)}
    yield "separator, Karras, 100 levels", {"sampling": Sampling(Levels(100, spacing="karras"))}
    high = Levels(30, 3.0, spacing="karras")
    yield "separator, Karras from 3", {"sampling": Sampling(high)}
    yield "separator, Karras from 3, told own", {"sampling": Sampling(high), "told": "own"}
    yield "separator, told own", {"told": "own"}
    yield "separator, 20 levels, told own", {"sampling": Sampling(Levels(20)), "told": "own"}
    yield "separator, no churn", {"sampling": Sampling(solver=Euler(0.0))}
    yield "separator, 2 resamples", {"sampling": Sampling(solver=Euler(20.0, 2))}
    yield "separator, ADPM2", {"sampling": Sampling(solver=Adpm2())}
    for scale, count in ((1.5, 30), (1.5, 60), (3.0, 120), (3.0, 180)):
        guided = Sampling(Levels(count), guidance=Guidance(scale))
        yield f"separator, guidance {scale:g}, {count} levels", {"sampling": guided}
    yield "separator, mean of 4", {"sampling": Sampling(samples=4)}
    yield "separator, remasked", {"sampling": Sampling(remask_fft=512)}


def gains(stems: Audio, song: Song) -> Audio:
    """SI-SDRi of each stem, dB."""
    raw = si_sdr(np.broadcast_to(song.mix, song.stems.shape), song.stems)
    found: Audio = si_sdr(stems, song.stems) - raw
    return found


def separated(songs: list[Song], changes: dict[str, object]) -> tuple[Audio, str]:
    """Mean gains of the stems, and a mark where the settings are refused."""
    wanted = {"constrained": "drums", **changes}
    mark = ""
    try:
        settings = Separation(STEMS, **wanted)  # type: ignore[arg-type]
    except SettingsError:
        mark = " (refused)"
        with mock.patch("engines.methods.diffusion.settings.require_stable"):
            settings = Separation(STEMS, **wanted)  # type: ignore[arg-type]
    found = [
        separate(Oracle(song), STEMS, Mixes(song.mix[None], [0]), settings).stems[0]
        for song in songs
    ]
    scores = [gains(stems, song) for stems, song in zip(found, songs, strict=True)]
    return np.mean(scores, axis=0), mark


def line(what: str, scores: Audio) -> None:
    cells = [f"{one:.2f}" for one in (*scores, scores.mean())]
    print("| " + " | ".join((what, *cells)) + " |", flush=True)


def leaks(songs: list[Song], gammas: tuple[Gamma, Gamma], levels: int) -> tuple[float, float]:
    """Mean projection on given drums of a new bass and of the mix that it is tied to."""
    sampling = Sampling(Levels(levels, 4.0), Adpm2())
    settings = Generation(
        (("bass",), ("piano",)), (("drums",),), gammas[0], gammas[1], sampling=sampling
    )
    found = []
    for song in songs:
        drums = song.stems[1]
        made = generate(Oracle(song), STEMS, Place(1, drums.shape[-1]), settings, [drums])
        found.append([float((one * drums).sum() / np.square(drums).sum())
                      for one in (made.parts[0], made.mix)])  # fmt: skip
    bass, mix = np.mean(found, axis=0)
    return float(bass), float(mix)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=8)
    parser.add_argument("--samples", type=int, default=32768)
    parser.add_argument("--levels", type=int, default=400, help="of generation")
    parser.add_argument("--rows", type=int, help="the first of the first table alone")
    args = parser.parse_args()
    songs = [make_song(seed, args.samples) for seed in range(args.songs)]
    print("| | " + " | ".join((*STEMS, "mean")) + " |")
    print("|---" * (2 + len(STEMS)) + "|")
    line("mean of all that stems may be", np.mean([gains(posterior_mean(s), s) for s in songs], 0))
    for what, changes in islice(separations(), args.rows):
        scores, mark = separated(songs, changes)
        line(what + mark, scores)
    print(
        "\n| gamma of parts, of the mix | drums in a new bass | drums in the mix |\n|---|---|---|"
    )
    tries = {
        "0.75 sigma, free": (Gamma(), INFINITE),
        "0.75 sigma both": (Gamma(), Gamma()),
        "MSDM's both": (MSDM_GAMMA, MSDM_GAMMA),
        "1.5, 0.5 sigma": (Gamma(value=1.5), Gamma(value=0.5)),
    }
    for what, gammas in tries.items():
        bass, mix = leaks(songs[:_LEAK_SONGS], gammas, args.levels)
        print(f"| {what} | {bass:+.2f} | {mix:+.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
