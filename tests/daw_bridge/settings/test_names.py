"""What stems may be called: nothing that an address, a port or a file name could choke on."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.settings.names import check_known, check_names


@pytest.mark.parametrize("names", [(), ("drums",), ("a", "b"), ("lead-vocals_2", "0")])
def test_these_are_names(names: tuple[str, ...]) -> None:
    check_known(names)


@pytest.mark.parametrize(
    "names",
    [
        ("Drums",), ("",), ("a b",), ("a/b",), ("../a",), ("-a",), ("_a",), ("ä",), ("a\n",),
        ("residual",), ("mix",), ("drums", "drums"), ("drums", "mix"),
    ],
)  # fmt: skip
def test_these_are_none(names: tuple[str, ...]) -> None:
    with pytest.raises(BadValue, match="each once, none 'residual' or 'mix'"):
        check_known(names)


def test_an_error_says_what_was_named_what_was_seen_and_what_to_do() -> None:
    with pytest.raises(BadValue) as error:
        check_names("stems to write", ("Drums", "x" * 500), "Look at --stems.")
    text = str(error.value)
    assert "stems to write Drums, xxx" in text and "Look at --stems." in text
    assert len(text) < 500
