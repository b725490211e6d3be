"""engines.errors: every error has a code of its own and says what was seen and what to do."""

from __future__ import annotations

import pytest

from engines.errors import EngineError

KINDS = [EngineError, *EngineError.__subclasses__()]


def test_codes_are_each_once() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes) > 8


@pytest.mark.parametrize("kind", KINDS)
def test_text_has_everything(kind: type[EngineError]) -> None:
    error = kind("a horse", "a zebra", "paint it")
    assert isinstance(error, EngineError)
    assert str(error) == f"a horse; expected a zebra; paint it [{kind.code}]"
    assert (error.seen, error.expected, error.action) == ("a horse", "a zebra", "paint it")
