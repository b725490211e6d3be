"""ReaPack's index: as its published format wants it, and every file of ours is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest

import daw_bridge
from daw_bridge.cli.install.programs import clients
from daw_bridge.cli.install.reapack import CATEGORY, index, main, package, rich_text, tags
from daw_bridge.errors import BadFile

FOLDER = clients("reaper") / "Scripts" / CATEGORY
BASE = "https://stems.example/raw/v1/reaper/"
SECTIONS = {"main"}
"""Of those that ReaPack knows, the one that our actions belong to."""
HEADER = """\
-- @description What it is
-- @version 2.0
-- @author us
-- @about
--   One line
--   and more.
--
--   Another.
-- @provides
--   [main] *.lua
--   [nomain] lib/*.lua
--
-- Not of the header.
"""


@pytest.fixture
def root(tmp_path: Path) -> ElementTree.Element:
    assert main(["--base", BASE, "-o", str(tmp_path / "index.xml")]) == 0
    return ElementTree.parse(tmp_path / "index.xml").getroot()


def sources(root: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """(where ReaPack puts it below the category, the element) of each file."""
    for entry in root.iterfind("category/reapack"):
        for one in entry.iterfind("version/source"):
            yield one.get("file", entry.attrib["name"]), one


def test_it_is_as_reapack_reads_it(root: ElementTree.Element) -> None:
    assert (root.tag, root.get("version")) == ("index", "1")
    assert root.get("name") and not set(root.attrib["name"]) & set('/\\:*?"<>|')
    (entry,) = root.iterfind("category/reapack")
    assert entry.get("type") == "script" and entry.get("desc")
    (version,) = entry.iterfind("version")
    assert version.attrib["name"][0].isdigit() and version.get("author")
    assert {one.get("main") for _, one in sources(root)} == {*SECTIONS, None}
    about = entry.findtext("metadata/description") or ""
    assert about.startswith("{\\rtf1") and about.endswith("}")
    known = {"index", "category", "reapack", "version", "source", "metadata", "description"}
    assert {one.tag for one in root.iter()} == known


def test_every_file_is_in_it_once_at_its_own_address(root: ElementTree.Element) -> None:
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.lua")}
    found = dict(sources(root))
    assert set(found) == there and len(list(sources(root))) == len(there)
    for place, one in found.items():
        address = one.text or ""
        assert address.startswith(f"{BASE}Scripts/{CATEGORY}/") and " " not in address
        assert unquote(urlsplit(address).path) == f"/raw/v1/reaper/Scripts/{CATEGORY}/{place}"
        assert (one.get("main") == "main") == (not place.startswith("lib/"))


def test_one_script_is_the_package_and_the_others_say_so() -> None:
    one = package(FOLDER)
    assert one.version == daw_bridge.__version__
    for path in FOLDER.rglob("*.lua"):
        header = tags(path.read_text(encoding="utf-8"))
        assert ("noindex" in header) == (path.name != one.name), path


def test_the_header_is_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "a script.lua").write_text(HEADER)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "b.lua").write_text("-- @noindex\n")
    one = package(tmp_path)
    assert (one.description, one.author) == ("What it is", "us")
    assert one.about == ("One line", "and more.", "", "Another.")
    assert [(script.place, script.main) for script in one.scripts] == [
        ("a script.lua", True), ("lib/b.lua", False)
    ]  # fmt: skip
    text = index("http://a.example/x", one).decode()
    assert "http://a.example/x/Scripts/DawBridge/a%20script.lua" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("@version", "@noindex", "0 scripts"),
        ("-- @author us\n", "", "no @author"),
        ("[nomain] lib", "[nomain] gone", "gone"),
        ("[main]", "[midi_editor]", "midi_editor"),
    ],
)
def test_headers_that_cannot_be(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "a.lua").write_text(HEADER.replace(old, new))
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "b.lua").touch()
    with pytest.raises(BadFile, match=words):
        package(tmp_path)


def test_text_of_any_kind_is_shown_as_it_is() -> None:
    assert rich_text(["a {b}", "c", "", "ä\\"]) == r"{\rtf1\ansi a \{b\} c\par\par \u228?\\}"


@pytest.mark.parametrize("base", ["stems.example", "ftp://stems.example", "https://a.example?b"])
def test_an_address_that_is_none(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--base", base])
    assert "no http or https address" in capsys.readouterr().err
