"""Names of stem files from a template such as `{song} {stem}`."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Sequence

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.record import is_plain

DEFAULT_NAME = "{stem}"
PLACEHOLDERS = {
    "song": "the song's file name without its suffix",
    "stem": "drums, bass, ..., residual",
    "model": "the model's name",
    "index": "01, 02, ... in the order of the stems",
}
_SUFFIXES = tuple(sorted({one.suffix for one in FORMATS.values()}))
MAX_NAME_BYTES = 255
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_UNFIT = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_ACTION = "Use the placeholders " + ", ".join(f"{{{name}}}" for name in PLACEHOLDERS) + "."


def check_template(template: str) -> None:
    """Raise BadValue where `template` is none, or gives names that no file can have everywhere."""
    text = "".join(literal for literal, _ in _parsed(template))
    if found := _UNFIT.search(text):
        raise _bad(template, f"a name without {found[0]!r}, which not every system can store")
    if not {"stem", "index"} & {field for _, field in _parsed(template)}:
        raise _bad(template, "{stem} or {index} in it, so that every file has a name of its own")
    if template.lower().endswith(_SUFFIXES):
        raise _bad(template, "a name without a suffix: --format adds it")
    if template != template.strip() or template.startswith("."):
        raise _bad(template, "a name without a space at an end or a dot in front")


def stem_names(template: str, song: str, model: str, stems: Sequence[str]) -> tuple[str, ...]:
    """The files' names, without suffix, in the order of `stems`. Raises BadValue.

    A song's or model's name is taken as it is, less what separates folders.
    """
    fixed = {"song": _plain(song), "model": _plain(model)}
    values = [fixed | {"stem": stem, "index": f"{k:02d}"} for k, stem in enumerate(stems, 1)]
    names = tuple(
        "".join(literal + (one[field] if field else "") for literal, field in _parsed(template))
        for one in values
    )
    for name in names:
        _check_name(template, name)
    if len({name.casefold() for name in names}) < len(names):
        raise _bad(template, f"different names, not {', '.join(names)}")
    return names


def project_name(song: str, suffix: str) -> str:
    """The name of a song's project. Raises BadValue for one that not every system can store."""
    name = _plain(song) + suffix
    if _RESERVED.fullmatch(name) or len(os.fsencode(name)) > MAX_NAME_BYTES:
        raise BadValue(
            f"a project called {name!r}",
            f"a name of at most {MAX_NAME_BYTES} bytes that every system can store",
            "Rename the song.",
        )
    return name


def _parsed(template: str) -> list[tuple[str, str]]:
    """(text, placeholder behind it or "") pairs. Raises BadValue."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise _bad(template, f"{{{{ and }}}} for braces of the name itself ({error})") from error
    for _, field, spec, conversion in parts:
        if field is not None and (field not in PLACEHOLDERS or spec or conversion):
            raise _bad(template, f"a placeholder that there is, not {{{field}}}")
    return [(literal, field or "") for literal, field, _, _ in parts]


def _plain(name: str) -> str:
    return name.replace("/", "_").replace("\\", "_")


def _check_name(template: str, name: str) -> None:
    if _RESERVED.fullmatch(name) or not is_plain(name):
        raise _bad(template, f"a name that every system can store, not {name!r}")
    size = len(os.fsencode(name)) + len(".stem.mp4")
    if size > MAX_NAME_BYTES:
        raise _bad(template, f"names of at most {MAX_NAME_BYTES} bytes, not {size}")


def _bad(template: str, expected: str) -> BadValue:
    return BadValue(f"--name {template!r}", expected, _ACTION)
