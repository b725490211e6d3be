"""An evaluation's rows for a model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

HEADER = ("set", "system", "stem", "SI-SDRi", "from", "to", "SDR", "museval SDR")
PLACES = 2


#: What cards call sets and peers; others by their own names.
SETS = {"band": "rendered", "musdb": "MUSDB18-7", "cc0": "remixed CC0"}
PEERS = {
    "mix_share": "a share of the mix",
    "hpss": "HPSS",
    "repet_sim": "REPET-SIM",
    "spleeter": "Spleeter",
    "oracle": "oracle mask",
}


def card_rows(
    name: str, systems: Sequence[dict[str, Any]], models: Mapping[str, dict[str, Any]]
) -> list[list[str | float | None]]:
    """A header, then a row for each system of the set `name` and each stem it has, in dB:
    SI-SDRi is the mean with its 95 % interval, the SDRs are medians.

    `systems` and `models`: as in the report. The first model is called by its preset, with the
    steps if it has a choice of them.
    """
    own = next((model["sha256"] for model in models.values()), None)
    rows: list[list[str | float | None]] = [list(HEADER)]
    for system in systems:
        called = _called(system, models, own)
        for stem, scores in system["rows"].items():
            rows.append([SETS.get(name, name), called, stem, *_numbers(scores)])
    return rows


def _called(system: dict[str, Any], models: Mapping[str, dict[str, Any]], own: str | None) -> str:
    if system["kind"] == "peer":
        return PEERS.get(system["name"], system["name"])
    model = models[system["model"]]
    if model["sha256"] != own:
        return str(system["name"])
    preset, steps = model["preset"]["name"], system["name"].removeprefix(system["model"])
    return f"{preset}{steps}" if model["conditional"] else str(preset)


def _numbers(scores: dict[str, dict[str, float | None]]) -> list[float | None]:
    wanted = (
        ("si_sdri", "mean"),
        ("si_sdri", "mean_low"),
        ("si_sdri", "mean_high"),
        ("sdr", "median"),
        ("museval", "median"),
    )
    found = [scores.get(metric, {}).get(field) for metric, field in wanted]
    # Adding 0 makes -0.0 plain.
    return [None if value is None else round(float(value), PLACES) + 0.0 for value in found]
