"""The table of error codes."""

from __future__ import annotations

import pickle  # noqa: TID251 - only to see that errors survive it; nothing is unpickled from outside

from daw_bridge.errors import Busy, RemoteError, error_codes, subclasses


def test_every_error_has_a_code_of_its_own_and_says_what_it_is() -> None:
    classes = list(subclasses())
    assert len({one.code for one in classes}) == len(classes) >= len(error_codes()) > 20
    assert all(text.endswith(".") for text in error_codes().values())
    assert "bridge" not in error_codes()


def test_text_says_seen_expected_and_action() -> None:
    error = Busy("9 blocks", "at most 8", "Wait.")
    assert str(error) == "9 blocks; expected at most 8. Wait."


def test_errors_cross_process_boundaries() -> None:
    for error in (Busy("a", "b", "c"), RemoteError("busy", "text")):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error)
