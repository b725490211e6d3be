"""engines.spec.files: the spec beside a model goes before the one in it, and says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engines.errors import SpecError
from engines.spec import SPEC_KEY, parse_spec, read_sidecar, sidecar_of
from tests.rigs.tiny_models import make_spec


def test_it_lies_beside_the_model(tmp_path: Path) -> None:
    path = tmp_path / "voice.v2.onnx"
    assert sidecar_of(path) == tmp_path / "voice.v2.daw.json"
    assert read_sidecar(path) is None
    spec = make_spec(licence="not stated")
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    assert read_sidecar(path) == spec


RECORD = json.loads(make_spec().to_json())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no UTF-8"),
        (b"[]", "version"),
        (b" " * 1_000_001, "1000000 bytes"),
        (json.dumps(RECORD | {"version": 9}).encode(), "version 9"),
        (json.dumps({k: v for k, v in RECORD.items() if k != "stems"}).encode(), "no stems"),
        (json.dumps(RECORD | {"windows": 3}).encode(), "windows"),
        (json.dumps(RECORD | {"ports": [{"role": "mix", "name": "x"}]}).encode(), "no layout"),
        (json.dumps(RECORD | {"batch_max": "1"}).encode(), "spec.batch_max"),
    ],
)
def test_what_is_wrong_is_said_with_the_files_name(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "m.daw.json").write_bytes(content)
    with pytest.raises(SpecError, match=r"m\.daw\.json.*adopt") as caught:
        read_sidecar(tmp_path / "m.onnx")
    assert words in str(caught.value)


def test_one_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "m.daw.json").mkdir()
    with pytest.raises(SpecError, match=r"m\.daw\.json"):
        read_sidecar(tmp_path / "m.onnx")


def test_metadata_without_a_spec_says_both_ways() -> None:
    with pytest.raises(SpecError, match=r"m\.onnx has no .*\.daw\.json"):
        parse_spec({}, "m.onnx")
    assert parse_spec({SPEC_KEY: make_spec().to_json()}, "m.onnx") == make_spec()
