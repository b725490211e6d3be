"""Names from a template: unique, storable everywhere, refused with the list of placeholders."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.naming import check_template, stem_names

STEMS = ("drums", "vocals", "residual")


@pytest.mark.parametrize(
    ("template", "first"),
    [("{stem}", "drums"), ("{song} {stem}", "My Song drums"), ("{index} {stem}", "01 drums"),
     ("{song} ({stem}, {model})", "My Song (drums, song)"), ("{{{stem}}}", "{drums}"),
     ("{index}", "01")],
)  # fmt: skip
def test_names(template: str, first: str) -> None:
    check_template(template)
    names = stem_names(template, "My Song", "song", STEMS)
    assert names[0] == first and len(set(names)) == 3


@pytest.mark.parametrize(
    ("template", "text"),
    [("{artist} {stem}", "not {artist}"), ("{stem:>9}", "placeholder"), ("{stem!r}", "placeholder"),
     ("{stem.x}", "placeholder"), ("{} {stem}", "placeholder"), ("{stem", "braces"),
     ("stem}", "braces"), ("{song}", r"\{stem\} or \{index\}"), ("", r"\{stem\} or \{index\}"),
     ("../{stem}", "without '/'"), ("a\\{stem}", "without"), ("{stem}?", "without"),
     ("{stem}\n", "without"), (" {stem}", "space"), (".{stem}", "dot"),
     ("{stem}.wav", "without a suffix"), ("{song} {stem}.MP3", "without a suffix")],
)  # fmt: skip
def test_what_is_no_template(template: str, text: str) -> None:
    with pytest.raises(BadValue, match=text) as caught:
        check_template(template)
    assert "{song}, {stem}, {model}, {index}" in caught.value.action


def test_names_that_a_song_makes_unfit() -> None:
    assert stem_names("{song} {stem}", "AC\\DC", "a/b", STEMS)[0] == "AC_DC drums"
    with pytest.raises(BadValue, match="at most 255 bytes"):
        stem_names("{song} {stem}", "ü" * 130, "song", STEMS)
    with pytest.raises(BadValue, match="different names"):
        stem_names("{stem}", "x", "song", ("a", "A"))
    with pytest.raises(BadValue, match="every system can store, not 'con'"):
        stem_names("{stem}", "x", "song", ("con",))
