"""The bench of TagBox, with tiny networks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import tagbox
from tests.export.graphs.test_tagger import tiny
from tests.rigs.export.tagbox import write_checkpoint


@pytest.mark.timeout(900)
def test_tagbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny(tmp_path).rename(tmp_path / "mtat_musicnn.pth")
    write_checkpoint(tmp_path / "vqvae.pt")
    line = ["tagbox", "--taggers", str(tmp_path), "--checkpoint", str(tmp_path / "vqvae.pt"),
            "--seconds", "0.13", "--samples", "4000"]  # fmt: skip
    monkeypatch.setattr(sys, "argv", line)
    assert tagbox.main() == 0
    printed = capsys.readouterr().out
    assert "| mtat_musicnn | " in printed and "gradient's cosine" in printed
    assert tagbox.autoencoder(None)[1] == {"rate_hz": 16000}
