"""What a card's rows are called, and what is in them."""

from __future__ import annotations

from export.scores.evaluation.card_rows import HEADER, card_rows

ROWS = {
    "bass": {
        "si_sdri": {"mean": 1.234, "mean_low": -0.001, "mean_high": 2.0},
        "sdr": {"median": 3.456},
        "museval": {"median": None},
    }
}


def about(conditional: bool, sha256: str = "1") -> dict[str, object]:
    return {"preset": {"name": "balanced"}, "conditional": conditional, "sha256": sha256}


def test_names_and_numbers() -> None:
    systems = [
        {"kind": "model", "model": "ours", "name": "ours N=16 alpha=0.7", "rows": ROWS},
        {"kind": "model", "model": "twin", "name": "twin N=1", "rows": ROWS},
        {"kind": "peer", "name": "hpss", "rows": ROWS},
        {"kind": "peer", "name": "new", "rows": ROWS},
    ]
    models = {"ours": about(True), "twin": about(False, "2")}
    head, *rows = card_rows("band", systems, models)
    assert head == list(HEADER)
    assert [row[0] for row in rows] == ["rendered"] * 4
    assert [row[1] for row in rows] == ["balanced N=16 alpha=0.7", "twin N=1", "HPSS", "new"]
    assert rows[0][2:] == ["bass", 1.23, 0.0, 2.0, 3.46, None]
    assert str(rows[0][4]) == "0.0"


def test_one_pass_and_peers_alone() -> None:
    system = {"kind": "model", "model": "one", "name": "one N=1", "rows": ROWS}
    assert card_rows("mine", [system], {"one": about(False)})[1][:2] == ["mine", "balanced"]
    peer = {"kind": "peer", "name": "oracle", "rows": ROWS}
    assert card_rows("cc0", [peer], {})[1][:2] == ["remixed CC0", "oracle mask"]
