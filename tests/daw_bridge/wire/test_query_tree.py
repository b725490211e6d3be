"""OSCQuery's tree says of each address what the table says."""

from __future__ import annotations

from typing import Any

import pytest

from daw_bridge.settings.parameters import STREAM_PARAMETERS, Value
from daw_bridge.wire.query_tree import EXTENSIONS, find, host_info, node_of, tree, typed

VALUES: dict[str, tuple[Value, ...]] = {
    "/dawbridge/stem/drums/gain": (-6.0,), "/dawbridge/stem/bass/gain": (0.0,),
    "/dawbridge/block/preset": ("tight",), "/dawbridge/device": ("cpu",),
    "/dawbridge/stream/2/bypass": (1,), "/dawbridge/meter/drums": (-3.0, -9.0),
}  # fmt: skip


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    inside = node.get("CONTENTS", {}).values()
    own = [node] if "TYPE" in node else []
    return own + [leaf for one in inside for leaf in leaves(one)]


@pytest.mark.parametrize("one", STREAM_PARAMETERS, ids=lambda one: one.name)
def test_every_parameter_is_as_the_table_has_it(one: Any) -> None:
    address = str(one.osc_address).replace("<name>", "drums")
    node = node_of(address, (one.default,))
    assert node is not None
    assert (node["TYPE"], node["DESCRIPTION"]) == (one.type, one.help)
    assert node["ACCESS"] == (3 if one.live else 1)
    if one.choices:
        assert node["RANGE"] == [{"VALS": list(one.choices)}]
    elif one.minimum is not None:
        assert node["RANGE"] == [{"MIN": one.minimum, "MAX": one.maximum}]


def test_the_tree_has_each_address_at_its_place() -> None:
    root = tree(VALUES)
    for address, values in VALUES.items():
        node = find(root, address)
        assert node is not None
        assert (node["FULL_PATH"], node["VALUE"]) == (address, list(values))
    above = find(root, "/dawbridge/stem")
    assert above is not None
    assert set(above["CONTENTS"]) == {"drums", "bass"}
    assert "TYPE" not in above
    assert find(root, "/dawbridge/stem/flute") is None
    assert find(root, "/") is root


def test_what_can_be_done_is_in_it_for_every_stream() -> None:
    paths = {one["FULL_PATH"]: one for one in leaves(tree(VALUES))}
    for place in ("/dawbridge", "/dawbridge/stream/2"):
        assert paths[f"{place}/reset"]["ACCESS"] == 2
        assert paths[f"{place}/snapshot/load"]["TYPE"] == "s"
    assert set(paths) - set(VALUES) == {
        f"{place}/{name}" for place in ("/dawbridge", "/dawbridge/stream/2")
        for name in ("reset", "snapshot/load", "snapshot/save")
    }  # fmt: skip


def test_what_the_server_tells_is_read_only_and_has_the_types_of_its_values() -> None:
    node = node_of("/dawbridge/latency", (512, 11.6))
    assert node is not None
    assert (node["TYPE"], node["ACCESS"]) == ("if", 1)


@pytest.mark.parametrize("address", ["/dawbridge/gibbs/steps", "/dawbridge/done", "/dawbridge/x"])
def test_earlier_names_and_answers_are_no_part_of_it(address: str) -> None:
    assert node_of(address, (1,)) is None


def test_numbers_have_their_parameter_s_type() -> None:
    assert typed(("/dawbridge/stem/drums/gain", (0,)))[1] == (0.0,)
    assert isinstance(typed(("/dawbridge/stem/drums/gain", (0,)))[1][0], float)
    assert isinstance(typed(("/dawbridge/bypass", (1,)))[1][0], int)
    assert typed(("/dawbridge/late", (3,))) == ("/dawbridge/late", (3,))


def test_a_server_that_listens_everywhere_names_no_address() -> None:
    here, everywhere = (host_info("x", one, 1, 2) for one in ("127.0.0.1", "0.0.0.0"))
    assert here["OSC_IP"] == "127.0.0.1"
    assert "OSC_IP" not in everywhere
    assert set(here["EXTENSIONS"]) == set(EXTENSIONS)
