"""`serve --load`: a snapshot gives the start options, and what stream 1 is set to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.start_snapshot import Start, read_start
from daw_bridge.client import Client
from daw_bridge.errors import BadFile, BadValue
from daw_bridge.settings.parameters import Value
from tests.rigs.server import PORTS, ready_line, serve, serving

VALUES: dict[str, Value] = {
    "model": "band", "refine/steps": 3, "block/preset": "tight", "block/hop": 0,
    "stem/drums/gain": -6.0, "stem/bass/mute": 1, "bypass": 0,
}  # fmt: skip


def write(path: Path, **values: Value) -> Path:
    named = {name.replace("__", "/"): value for name, value in values.items()}
    path.write_text(json.dumps({"daw_bridge_snapshot": 1, "values": VALUES | named}))
    return path


def test_without_it_nothing_changes() -> None:
    assert read_start({"osc_port": 0}) == Start()


@pytest.mark.parametrize("by_path", [False, True])
def test_a_name_or_a_file(tmp_path: Path, by_path: bool) -> None:
    path = write(tmp_path / "verse.json")
    name = str(path) if by_path else "verse"
    start = read_start({"load_snapshot": name, "snapshot_dir": str(tmp_path)})
    assert start.planned == {
        "model": "band", "refine_steps": 3, "block_preset": "tight", "block_hop": 0,
    }  # fmt: skip
    assert start.begin == (("stem/drums/gain", -6.0), ("stem/bass/mute", 1), ("bypass", 0))


def test_a_name_that_is_not_kept_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    write(tmp_path / "verse.json")
    with pytest.raises(BadValue, match=r"chorus.*verse"):
        read_start({"load_snapshot": "chorus", "snapshot_dir": str(tmp_path)})


@pytest.mark.parametrize("values", [
    {"stem__drums__gain": 99.0}, {"nonsense": 1}, {"stem__drums__gain": "loud"}, {"osc_port": 1},
])  # fmt: skip
def test_values_that_cannot_be_are_an_error_that_names_the_snapshot(
    tmp_path: Path, values: dict[str, Value]
) -> None:
    write(tmp_path / "verse.json", **values)
    with pytest.raises(BadFile, match="verse"):
        read_start({"load_snapshot": "verse", "snapshot_dir": str(tmp_path)})


def test_what_is_fixed_at_the_start_is_no_part_of_a_snapshot(tmp_path: Path) -> None:
    write(tmp_path / "verse.json", device="cpu")
    with pytest.raises(BadValue, match="device"):
        read_start({"load_snapshot": "verse", "snapshot_dir": str(tmp_path)})


def test_the_program_begins_as_it_was_kept_and_flags_go_before_it(tmp_path: Path) -> None:
    with (
        serving(snapshot_dir=str(tmp_path)) as running, running.client() as client,
        client.stream(44100, 2),
    ):  # fmt: skip
        client.set({"stem/drums/gain": -7.5, "refine/seed": 9, "refine/steps": 2})
        client.snapshot("save", "verse")
    words = ("--load", "verse", "--snapshot-dir", str(tmp_path), "--seed", "8")
    with serve(*PORTS, *words, "--json") as process:
        ready = ready_line(process)
        endpoint = f"tcp://127.0.0.1:{ready['zmq_port']}"
        with Client(endpoint) as client, client.stream(44100, 2):
            names = ("refine/steps", "refine/seed", "stem/drums/gain", "stem/bass/gain")
            assert client.get(*names) == dict(zip(names, (2, 8, -7.5, 0.0), strict=True))
            with client.stream(44100, 2):  # the second one begins as ever
                assert client.get("stem/drums/gain", stream=2) == {"stem/drums/gain": 0.0}


def test_a_snapshot_that_is_not_there_ends_the_command(tmp_path: Path) -> None:
    assert main(["serve", "--load", "verse", "--snapshot-dir", str(tmp_path)]) == 2
