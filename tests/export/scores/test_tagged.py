"""Separators by tags, scored beside what costs nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from export.__main__ import main
from export.common.equaliser import Equalisers
from export.data.tag_windows import TagWindow
from export.scores import tagged, tagged_systems
from export.scores.errors import ScoreError
from export.scores.tagged import Done, Kept, Score, report, requests, run
from export.scores.tagged_systems import Answers, System, Tags
from export.scores.tagged_text import interval, markdown
from tests.rigs.export.tagged import write_songs
from tests.rigs.query import GAINS, write_query


def window(song: str = "a", seed: int = 0) -> TagWindow:
    rng = np.random.default_rng(seed)
    one, two = (0.1 * rng.standard_normal((2, 44100)).astype(np.float32) for _ in range(2))
    return TagWindow(song, one + two, {"flute": one, "kick": two}, ("violin",))


def perfect(window: TagWindow, tags: Tags) -> Answers:
    return {tag: window.present.get(tag, 0.1 * window.mix) for tag in tags}


RIGHT = System("right", "", perfect, True)


def test_what_costs_nothing_scores_what_it_must() -> None:
    one = window()
    scores = {system.name: run(system, one, False, True).scores
              for system in tagged_systems.trivial(None)}  # fmt: skip
    silence, quarter, best = (scores[n] for n in ("silence", "mix x 0.25", "mix x best gain"))
    assert silence[0].sdr == pytest.approx(0, abs=1e-6) and silence[0].si_sdri is None
    assert quarter[0].si_sdri == pytest.approx(0, abs=1e-4)
    assert best[0].sdr is not None and quarter[0].sdr is not None
    assert best[0].sdr == pytest.approx(3, abs=0.1) and best[0].sdr > quarter[0].sdr
    assert best[0].museval == pytest.approx(3, abs=0.2)
    leaked = [one.leakage for one in (silence[2], quarter[2], best[2])]
    assert leaked == pytest.approx([-80, -12.04, -80], abs=0.01), "violin is absent"


def test_equalisers_and_the_oracle_are_between_nothing_and_all() -> None:
    low = np.zeros((2, 44100), np.float32)
    time = np.arange(44100) / 44100
    low[:], high = 0.1 * np.sin(2 * np.pi * 200 * time), 0.1 * np.sin(2 * np.pi * 5000 * time)
    song = TagWindow("a", low + high.astype(np.float32), {"flute": np.stack([high] * 2)}, ("kick",))
    gains = {"flute": np.array([0, 0, 1, 1], np.float32)}
    hz = np.array([0, 1000, 1001, 22050], np.float32)
    equalised = tagged_systems.trivial(Equalisers(hz, gains, {"flute": 1}))[-1]
    for system in (equalised, tagged_systems.peer("oracle")):
        done = run(system, song, False, False)
        assert done.scores[0].sdr is not None and done.scores[0].sdr > 15, system.name
        leaked = [one.leakage for one in done.scores[1:]]
        assert leaked == ([] if system.name == "oracle" else [-80]), "nothing is known of a kick"


def test_requests_are_alone_or_together() -> None:
    one = window()
    song = TagWindow("a", one.mix, one.present | {"drums": one.mix}, ("violin", "brass"))
    alone = [("flute",), ("kick",), ("drums",), ("violin",), ("brass",)]
    assert requests(song, False) == alone
    assert requests(song, True) == [("flute", "kick", "violin"), ("drums",), ("brass",)]


def test_means_are_over_songs_and_differences_over_the_same_questions() -> None:
    def done(system: str, song: str, *values: float) -> Done:
        scores = [Score(system, song, f"t{n}", value, value - 1) for n, value in enumerate(values)]
        return Done(system, song, 0.5, tuple(scores))

    found = [
        done("a", "one", 1, 3),
        done("a", "two", 8),
        done("b", "one", 0, 0),
        done("b", "two", 1),
    ]
    found += [Done("b", "three", 0.5, (Score("b", "three", "t9", 50.0),))]
    made = report(found, ("b", "nobody"), ["a"], "made up")
    header, all_a, all_b, *by_tag = made["figures"]
    assert header[:5] == ["set", "system", "tag", "songs", "SDR"]
    assert all_a[:5] == ["made up", "a", "all", 2, 5.0] and all_b[1:4] == ["b", "all", 3]
    assert [row[1:5] for row in by_tag] == [["a", "t0", 2, 4.5], ["a", "t1", 1, 3.0]]
    assert by_tag[1][5:7] == [None, None]
    first, second = made["systems"]
    assert made["against"] == ["b"] and first["songs"] == 2 and second["songs"] == 3
    assert first["sdr"][0] == pytest.approx((2 + 8) / 2)
    assert first["over b"]["sdr"][0] == pytest.approx((2 + 7) / 2)
    rows = {(row["system"], row["tag"]): row for row in made["tags"]}
    assert rows["a", "t0"]["songs"] == 2 and rows["a", "t1"]["songs"] == 1
    assert rows["a", "t0"]["above"] and ("a", "t9") not in rows
    assert not rows["a", "t1"]["above"], "one song has no interval"
    text = markdown(made, ["a"])
    assert "a: 1 of 2 tags above b by the interval." in text and "| a | 2 | +5.00" in text


def test_intervals_in_words() -> None:
    assert interval([1.0, 0.5, 1.5]) == "+1.00 [+0.50, +1.50]"
    assert interval([-1.0, None, None]) == "-1.00" and interval(None) == ""


def test_finished_songs_are_kept_and_a_broken_line_is_left_out(tmp_path: Path) -> None:
    done = run(RIGHT, window(), False, False)
    kept = Kept(tmp_path / "a.runs", "how")
    kept.add(RIGHT, done)
    with (tmp_path / "a.runs").open("a") as file:
        file.write('{"how": "how", "iden')
    assert Kept(tmp_path / "a.runs", "how").get(RIGHT, "a") == done
    assert Kept(tmp_path / "a.runs", "otherwise").get(RIGHT, "a") is None
    assert Kept(tmp_path / "a.runs", "how").get(System("right", "new", perfect), "a") is None


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tagged")
    for split, count in (("train", 1), ("test", 2)):
        write_songs(root, split, count)
    write_query(root / "query.onnx")
    return root


def test_the_command_scores_and_goes_on(
    songs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model of one gain is no better than the best gain; the second time nothing is run."""
    eq, out = songs / "eq.json", songs / "out.json"
    make = ["equalisers", "--bands", str(songs), "-o", str(eq), "--seconds", "2"]
    assert main(make) == 0
    line = ["evaluate-tags", str(songs / "query.onnx"), "--bands", str(songs), "--seconds", "2",
            "--absent", "40", "--equalisers", str(eq), "-o", str(out)]  # fmt: skip
    assert main(line) == 0
    printed = capsys.readouterr().out
    assert "| equaliser | 2 |" in printed and "query: 0 of 1 tags above" in printed
    rows = {row["system"]: row for row in json.loads(out.read_text())["systems"]}
    assert rows["oracle"]["sdr"][0] > rows["query"]["sdr"][0]
    assert rows["query"]["over mix x best gain"]["sdr"][0] < 0
    gains = [GAINS[tag] for tag in ("strings", "violin", "cello")]
    leaked_db = pytest.approx(np.mean(20 * np.log10(gains)), abs=0.05)
    assert rows["query"]["absent"] == 6 and rows["query"]["leakage"][0] == leaked_db
    assert out.with_suffix(".md").read_text() == printed[printed.index("| system") : -1]
    monkeypatch.setattr(tagged, "_score", None)
    assert main(line) == 0


def test_what_does_not_go_together_is_refused(
    songs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query, out = str(songs / "query.onnx"), str(songs / "no.json")
    rest = ["--bands", str(songs), "-o", out]
    for line, said in (
        ([query, query], "query twice"),
        ([query, "--against", "quer"], "--against quer"),
        ([f"{query}@{query}"], "cannot begin"),
        (["nothing.onnx"], "no model"),
    ):
        assert main(["evaluate-tags", *line, *rest]) != 0
        assert said in capsys.readouterr().err
    assert not Path(out).exists()


def test_a_model_begins_from_another_only_where_it_can(songs: Path) -> None:
    with pytest.raises(ScoreError, match="export masks"):
        tagged_systems.model(f"{songs / 'query.onnx'}@{songs / 'query.onnx'}", None)
