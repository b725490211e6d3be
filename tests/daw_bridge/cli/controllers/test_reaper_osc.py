"""REAPER's pattern files: current, of its own keys, and what it sends with them arrives."""

from __future__ import annotations

from daw_bridge.cli.controllers.__main__ import CLIENTS, made
from daw_bridge.cli.controllers.reaper_osc import files, patterns
from daw_bridge.settings.parameters import PREFIX, STEM, parameter
from tests.rigs.server import serving
from tests.rigs.tiny_models import STEMS

KEYS = {
    "DEVICE_TRACK_COUNT", "REAPER_TRACK_FOLLOWS", "DEVICE_TRACK_FOLLOWS",
    "DEVICE_TRACK_BANK_FOLLOWS", "DEVICE_FX_FOLLOWS", "TRACK_VOLUME", "TRACK_MUTE", "TRACK_SOLO",
}  # fmt: skip
"""Of Default.ReaperOSC, those that we use: REAPER refuses a file with a key unknown to it."""
FADER_AT_ITS_END_DB = -150.0


def rows(text: str) -> dict[str, str]:
    """Key -> what stands behind it, of each line that is no comment."""
    return dict(line.split() for line in text.splitlines() if line and line[0] != "#")


def test_they_are_as_they_would_be_made_now() -> None:
    there = {path.relative_to(CLIENTS).as_posix() for path in CLIENTS.rglob("*.ReaperOSC")}
    assert there == set(files()) and len(there) >= 3
    for name in there:
        assert (CLIENTS / name).read_bytes() == made()[name]


def test_each_pattern_is_one_that_reaper_takes() -> None:
    found = rows(patterns("song", STEMS))
    assert set(found) == KEYS and found["DEVICE_TRACK_COUNT"] == "5"
    for key in ("TRACK_VOLUME", "TRACK_MUTE", "TRACK_SOLO"):
        flag, address = found[key][0], found[key][1:]
        row = parameter(address.removeprefix(f"{PREFIX}/").replace("@", STEM))
        assert address.count("@") == 1 and address.startswith(f"{PREFIX}/")
        assert {"f": "f", "b": "i"}[flag] == row.type


def test_each_output_is_named_beside_its_track() -> None:
    comments = [line for line in patterns("song", STEMS).splitlines() if "# track" in line]
    assert comments == [f"# track {k}: {n}" for k, n in enumerate((*STEMS, "residual"), 1)]


def test_what_reaper_sends_sets_the_stems() -> None:
    """As its source has it: dB of each track in the bank, 1.0 for on, all of them as floats."""
    found = rows(patterns("tiny", STEMS))
    with serving() as running, running.client() as client, running.osc() as reaper:
        stream = client.stream(44100, 2, mode="live", block_samples=512)
        for track in range(1, int(found["DEVICE_TRACK_COUNT"]) + 1):
            for key, value in (("TRACK_VOLUME", -1.5 * track), ("TRACK_MUTE", track % 2),
                               ("TRACK_SOLO", track == 2)):  # fmt: skip
                reaper.send(found[key][1:].replace("@", str(track)), float(value))
        last = found["TRACK_VOLUME"][1:].replace("@", "5")
        reaper.send(last, FADER_AT_ITS_END_DB)
        reaper.settle()
        assert not [one for one in reaper.calls if one.address.endswith("fail")]
        now = {
            name: list(client.get(*(f"stem/{one}/{name}" for one in stream.outputs)).values())
            for name in ("gain", "mute", "solo")
        }
    assert now["gain"] == [-1.5, -3.0, -4.5, -6.0, -120.0]
    assert now["mute"] == [1, 0, 1, 0, 1]
    assert now["solo"] == [0, 1, 0, 0, 0]
