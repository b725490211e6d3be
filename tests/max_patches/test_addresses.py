"""What is sent, the server takes; what is routed, the server sends, with these types."""

from __future__ import annotations

import re

import pytest

from daw_bridge.cli import build_parser
from daw_bridge.errors import BridgeError
from daw_bridge.files.options import job_parameter
from daw_bridge.ports.device.channels import in_map, out_map
from daw_bridge.ports.device.port import USES
from daw_bridge.settings.parameters import PREFIX
from daw_bridge.wire.osc_packets import OscCall, build_message, read_datagram
from daw_bridge.wire.osc_requests import COMMANDS, read_call
from daw_bridge.wire.requests import Set
from engines.load import MODELS, read_spec
from max_patches.generate.addresses import (
    FROM_SERVER,
    OUTPUTS,
    TO_SERVER,
    live_parameters,
    of,
    of_stem,
)
from tests.rigs.osc_told import told
from tests.rigs.patches import Box, Patcher, atoms, patchers, typed

ALL = patchers()
every_patcher = pytest.mark.parametrize("patcher", ALL, ids=lambda one: one.name)
TYPES = {int: "i", float: "f", str: "s"}
#: What a control gives to the object below it, by its outlet.
GIVES = {"number": "i", "int": "i", "toggle": "i", "flonum": "f", "umenu": "-s-", "live.dial": "f-",
         "live.text": "i-"}  # fmt: skip
TOLD = told()
"""What the server sends: address -> its OSC types."""
ASKED = {f"{PREFIX}/{name}" for name in (*COMMANDS, "get", "reset")}
"""What is asked, which a fail repeats."""


def checked(address: str, *arguments: int | float | str) -> None:
    """Raise BridgeError where the server would not take this, or not with this type."""
    (call,) = read_datagram(build_message(address, arguments))
    assert isinstance(call, OscCall)
    request = read_call(call)
    if isinstance(request, Set):
        ((name, value),) = request.values
        row = next(one for one in live_parameters() if matches(one.name, name))
        row.check(value)


def matches(row: str, name: str) -> bool:
    parts = name.split("/")
    return row == (name if len(parts) < 3 else f"stem/<name>/{parts[2]}")


def sent_as_message(box: Box) -> list[int | float | str] | None:
    """What a message box sends to the server, with 1 in place of what it is given."""
    if box["maxclass"] != "message" or not box["text"].startswith(PREFIX):
        return None
    return atoms(box["text"].replace("$1", "1"))


@every_patcher
def test_the_server_takes_every_message(patcher: Patcher) -> None:
    for box in patcher.boxes.values():
        if (message := sent_as_message(box)) is None:
            continue
        try:
            checked(str(message[0]), *message[1:])
        except BridgeError:
            assert patcher.name.endswith("p errors"), box["text"]


@every_patcher
def test_what_is_put_behind_an_address_has_its_type(patcher: Patcher) -> None:
    for key, box in patcher.boxes.items():
        words = str(box.get("text", "")).split()
        if words[:1] != ["prepend"] or not words[1].startswith(PREFIX):
            continue
        kinds = {kind for above in patcher.before(key) if (kind := given(patcher, *above))}
        assert kinds, f"{box['text']}: what comes from above?"
        text = "tight" if words[1].endswith("preset") else "song"
        values: dict[str, int | float | str] = {"i": 1, "f": 1.0, "s": text}
        for kind in kinds:
            checked(words[1], *(values[one] for one in kind))


@every_patcher
def test_options_of_a_job_are_those_of_separate(patcher: Patcher) -> None:
    for box in patcher.boxes.values():
        words = atoms(str(box.get("text", ""))) if box["maxclass"] == "message" else []
        if words[:1] == ["options"]:
            for key, value in zip(words[1::2], words[2::2], strict=True):
                job_parameter(str(key)).check(value)


@every_patcher
def test_flags_of_the_server_are_those_of_serve(patcher: Patcher) -> None:
    for box in patcher.boxes.values():
        words = atoms(str(box.get("text", ""))) if box["maxclass"] == "message" else []
        if words[:1] == ["start"] and len(words) > 1:
            given = build_parser().parse_args(["serve", *map(str, words[1:])])
            flags = {str(one).lstrip("-").replace("-", "_") for one in words[1::2]} - {"io"}
            if getattr(given, "io", "") == "device":
                assert flags <= set(USES)
                model = read_spec(MODELS / "song.onnx").stems
                sources = in_map(given.in_map, 2, "virtual", 16)
                played = out_map(given.out_map, (*model, OUTPUTS[-1]), 2, "virtual", 16)
                into = {*sources.mix, *(n for one in sources.known.values() for n in one)}
                assert not into & {n for one in played for n in one}, "it would hear itself"


@every_patcher
def test_a_message_is_one_message(patcher: Patcher) -> None:
    """A comma or a semicolon without a backslash would part it; one in front names a receiver."""
    for box in patcher.boxes.values():
        if box["maxclass"] == "message":
            assert not re.search(r"(?<!\\)[,;]", box["text"].removeprefix("; max "))


def given(patcher: Patcher, box: Box, outlet: int) -> str:
    """The types of what comes out of a box; '' where they cannot be told from the file."""
    name, *words = typed(box).split()
    if name in ("t", "trigger"):
        return {"i": "i", "1": "i"}.get(words[outlet], "")
    if name == "pack":
        return "".join(words)
    if name == "route" and words[outlet : outlet + 1] == [f"{PREFIX}/auth"]:
        return "s"
    if name == "loadmess":
        return "".join(TYPES[type(one)] for one in atoms(" ".join(words)))
    if name == "zl.join":
        halves = [max(given(patcher, *one) for one in patcher.before(box["id"], n)) for n in (0, 1)]
        return "".join(halves)
    return GIVES.get(name, "")[outlet : outlet + 1].strip("-")


def test_types_are_told_apart() -> None:
    checked(of("refine/steps"), 3)
    checked(of_stem("gain", "drums"), -6.0)
    with pytest.raises(BridgeError):
        checked(of("refine/steps"), "three")
    with pytest.raises(BridgeError):
        checked(f"{PREFIX}/stem/drums/volume", 1)


@every_patcher
def test_every_address_that_is_routed_is_one_that_the_server_sends(patcher: Patcher) -> None:
    for key, box in patcher.boxes.items():
        name, *words = str(box.get("text", "")).split() or [""]
        if name != "route":
            continue
        for outlet, address in enumerate(words):
            if not address.startswith(PREFIX):
                continue
            argument = "route" in (typed(one).split()[0] for one, _ in patcher.before(key))
            argument |= patcher.name.endswith("p secret")  # on its way to the server
            assert address in (ASKED if argument else TOLD), address
            if argument:
                continue
            for below in patcher.after(key, outlet):
                kind, *letters = typed(below).split()
                if kind == "unpack":
                    assert TOLD[address].startswith("".join(letters)), (address, letters)


@every_patcher
def test_no_object_names_an_address_that_is_in_no_table(patcher: Patcher) -> None:
    known = set(TOLD) | ASKED
    for box in patcher.boxes.values():
        if box["maxclass"] != "comment":
            words = str(box.get("text", "")).split()
            assert {one for one in words if one.startswith(PREFIX)} <= known


def test_send_and_receive_belong_together() -> None:
    found: dict[str, set[str]] = {"send": set(), "receive": set()}
    for patcher in ALL:
        names = [typed(box).split() for box in patcher.boxes.values()]
        pairs = [(one[0], one[1].removeprefix("---")) for one in names if one[0] in found]
        assert len(set(pairs)) == len(pairs), f"{patcher.name}: one of each, no more"
        for kind, name in pairs:
            found[kind].add(name)
    assert found["send"] == found["receive"] == {TO_SERVER, FROM_SERVER}


def test_the_values_of_every_parameter_are_told() -> None:
    for one in live_parameters():
        for stem in OUTPUTS:
            assert TOLD[str(one.osc_address).replace("<name>", stem)] == one.type
