"""What `daw-bridge ctl` prints."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from daw_bridge.cli.ctl.lines import as_json, plain, printing, say
from daw_bridge.errors import WriteFailed
from daw_bridge.settings.parameters import Value
from daw_bridge.wire.replies import JobDone, ValuesReply


def test_json_has_the_names_of_the_wire() -> None:
    values = ValuesReply(1, (("bypass", 1), ("model", "é")))
    found = json.loads(as_json(values, file="a"))
    assert found == {
        "type": "values", "file": "a", "stream": 1, "values": {"bypass": 1, "model": "é"},
    }  # fmt: skip
    assert as_json(JobDone(3)) == '{"type": "job.done", "req": 3, "command": "separate"}'


@pytest.mark.parametrize(
    ("value", "expected"), [(-6.0, "-6"), (0.7, "0.7"), (-6.25, "-6.25"), (3, "3"), ("a", "a")]
)
def test_plain(value: Value, expected: str) -> None:
    assert plain(value) == expected


def test_what_is_said_goes_into_the_file_of_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.jsonl"
    with printing(Namespace(to=str(lines))):
        say("é")
        assert lines.read_bytes() == "é\n".encode()
    with printing(Namespace()):
        say("here")
    assert capsys.readouterr().out == "here\n"
    with pytest.raises(WriteFailed), printing(Namespace(to=str(tmp_path))):
        pass
