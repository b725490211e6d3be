"""What people and programs read of a comparison."""

from __future__ import annotations

import json

from daw_bridge.cli.models.comparing.figures import Beside, Scored, SongFigures
from daw_bridge.cli.models.comparing.summary import summary
from daw_bridge.cli.models.comparing.texts import WIDTH, as_json, text


def songs(count: int, gap: float = 1.0) -> list[SongFigures]:
    scored = (Scored("drums", 5.0 + gap, 5.0), Scored("other", 1.0, None),
              Scored("all but drums", 3.0, 3.0))  # fmt: skip
    beside = (Beside("drums", 7.5, {"bass": 0.0123}, {"other": 0.5}),)
    shares = {"a": {"drums": 0.5, "residual": 0.001}, "b": {"drums": 0.25}}
    return [SongFigures(str(k), 10.0, {"a": 2.0, "b": 1.0}, scored, beside, shares)
            for k in range(count)]  # fmt: skip


def row(shown: str, name: str) -> list[str]:
    return next(line.split() for line in shown.splitlines() if line.startswith(name))


def test_tables_and_what_they_mean() -> None:
    shown = text(summary(songs(5)), ("mine", "yours"))
    assert row(shown, "drums")[1:] == ["5", "6.00", "5.00", "1.00", "1.00", "1.00", "mine"]
    assert row(shown, "other")[1:] == ["5", "1.00", "-", "-", "-", "-", "-"]
    assert row(shown, "all but drums")[3:][-1] == "undecided"
    assert "7.50       50.0 %      25.0 %       1.2 % bass    50.0 % other" in shown
    assert "mine less yours" in shown and "No truth is known" in shown
    assert "called other is compared by itself only" in shown
    assert shown.endswith("5 songs, 5 with true stems, 50.0 s of audio; computing: mine 10.0 s, "
                          "yours 5.0 s")  # fmt: skip
    prose = [line for line in shown.splitlines()[:-1] if not line.startswith(("stem ", "true "))]
    assert max(map(len, prose)) <= WIDTH


def test_few_songs_have_no_verdict() -> None:
    shown = text(summary(songs(1)), ("mine", "yours"))
    assert row(shown, "drums")[1:] == ["1", "6.00", "5.00", "1.00", "-", "-", "too", "few", "songs"]
    assert "1 song, 1 with true stems" in shown


def test_without_truth_there_is_one_table() -> None:
    bare = [SongFigures("x", 1.0, {"a": 1.0, "b": 1.0}, (), (), {"a": {}, "b": {}})]
    shown = text(summary(bare), ("mine", "yours"))
    assert "Plain SDR" not in shown and "Agreement" in shown and "0 with true stems" in shown


def test_json_has_it_all() -> None:
    found = songs(2)
    value = json.loads(as_json(summary(found), found, ("mine", "yours"), ["bad.wav: no"]))
    assert value["models"] == {"a": "mine", "b": "yours"} and value["failed"] == ["bad.wav: no"]
    assert value["summary"]["scores"][0]["difference"]["mean"] == 1.0
    assert value["songs"][1]["scores"][0] == {"stem": "drums", "a": 6.0, "b": 5.0}
    assert value["songs"][0]["beside"][0]["a_leakage"] == {"bass": 0.0123}
