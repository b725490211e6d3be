"""`daw-bridge models add` and `remove` as a user gives them."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from daw_bridge.cli import main
from daw_bridge.cli.catalogue import entries
from daw_bridge.cli.catalogue.entries import Entry, Source
from engines.load import load_model
from engines.recipes.tables import tail_md5
from tests.daw_bridge.cli.models.actions.test_adopt import halving
from tests.rigs.files_server import served
from tests.rigs.tiny_models import make_model


class Answer(io.StringIO):
    """What a terminal's user types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAW_BRIDGE_ADDED", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def choir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entry]:
    """A catalogue of three, on a server on loopback: `choir`, `unknown` and `checkpoint`."""
    make_model(tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    del model.metadata_props[:]
    content = model.SerializeToString()
    (tmp_path / "net.onnx").write_bytes(content)
    with served({"/net.onnx": content}) as shelf:
        source = Source(
            "net.onnx", f"{shelf.address}/net.onnx", "", hashlib.sha256(content).hexdigest(),
            "by us, on the file itself", len(content),
        )  # fmt: skip
        stems = ("drums", "bass", "other", "vocals")
        home = "https://example.org"
        one = Entry("choir", "A choir", stems, "MIT", home, source, "demucs-onnx")
        unknown = replace(one, name="unknown", source=Source("net.onnx"))
        export = "python -m export lift it --weights {file}"
        checkpoint = replace(one, name="checkpoint", recipe="", export=export)
        monkeypatch.setattr(entries, "catalogue", lambda: (one, unknown, checkpoint))
        yield one


def test_it_is_fetched_when_agreed_and_used_by_its_name(
    own: Path, choir: Entry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Answer("y\n"))
    assert main(["models", "add", "choir"]) == 0
    told = capsys.readouterr()
    assert "licence  MIT" in told.out and choir.source.sha256 in told.out
    assert "Fetch it? [y/N]" in told.err
    assert "--model choir" in told.out and "balanced" in told.out
    assert load_model("choir").spec.licence == "MIT"
    assert main(["models", "add", "choir", "--yes"]) == 2
    assert "models remove choir" in capsys.readouterr().err
    assert main(["models", "remove", "choir"]) == 0
    assert list(own.iterdir()) == []


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_nothing_is_fetched_without_being_asked_for(
    typed: str, own: Path, choir: Entry, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "stdin", Answer(typed) if typed else io.StringIO("y\n"))
    assert main(["models", "add", "choir"]) == 2
    assert "nothing was fetched" in capsys.readouterr().out and not own.exists()


def test_what_nobody_has_checked_needs_the_users_file(
    own: Path, choir: Entry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "add", "unknown", "--yes"]) == 2
    told = capsys.readouterr()
    assert "unverified" in told.out and "--file" in told.err and "[not_allowed]" in told.err
    assert main(["models", "add", "unknown", "--file", str(tmp_path / "net.onnx")]) == 0
    assert load_model("unknown").spec.name == "unknown"


def test_the_stems_of_a_known_file_are_its_own(
    own: Path, choir: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = halving(tmp_path / "inst.onnx", [1, 4, 1025, 64])
    row = {"fft": 2048, "bins": 1025, "frames": 64, "gain": 1.0, "stem": "instrumental"}
    rows = {tail_md5(net): row | {"rest": "vocals"}}
    monkeypatch.setattr("engines.recipes.tables._rows", lambda table: rows)
    one = replace(choir, name="mdx", recipe="mdx-net", source=Source("any"), stems=("vocals", "x"))
    monkeypatch.setattr(entries, "catalogue", lambda: (one,))
    assert main(["models", "add", "mdx", "--file", str(net)]) == 0
    assert load_model("mdx").spec.stems == ("instrumental", "vocals")


def test_what_the_recipe_asks_for_is_said_with_set(
    own: Path, choir: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    net = halving(tmp_path / "net2.onnx", [1, 4, 1025, 64])
    one = replace(choir, name="mdx", recipe="mdx-net", source=Source("any"))
    monkeypatch.setattr(entries, "catalogue", lambda: (one,))
    assert main(["models", "add", "mdx", "--file", str(net)]) == 2
    assert "--set fft=" in capsys.readouterr().err
    assert main(["models", "add", "mdx", "--file", str(net), "--set", "fft=2048"]) == 0


def test_a_checkpoint_comes_with_the_command_that_makes_a_model(
    own: Path, choir: Entry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for _ in range(2):  # the second time it is there
        assert main(["models", "add", "checkpoint", "--yes"]) == 0
        assert "python -m export lift it --weights net.onnx" in capsys.readouterr().out
    (here / "net.onnx").write_bytes(b"another")
    assert main(["models", "add", "checkpoint", "--yes"]) == 2
    assert "[wrong_checksum]" in capsys.readouterr().err
    assert (here / "net.onnx").read_bytes() == b"another"


def test_the_list_and_unknown_names(
    own: Path, choir: Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "add"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [one.split()[:2] for one in lines[1:]] == [
        ["choir", "no"], ["unknown", "no"], ["checkpoint", "no"]
    ]  # fmt: skip
    for action in ("add", "remove"):
        assert main(["models", action, "chor"]) == 2
        assert "[unknown_entry]" in capsys.readouterr().err
