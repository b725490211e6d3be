"""ReaPack's index of the scripts for REAPER: `python -m daw_bridge.cli.install.reapack --base URL`.

ReaPack installs from one address: that of an index.xml, which says where each file can be had. The
index is made from the header of the one script that has an @version; all files are its package.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from daw_bridge.cli.install.programs import clients
from daw_bridge.errors import BadFile

NAME = "daw-bridge"
"""The repository's name in ReaPack, and the folder below REAPER's Scripts that it installs to."""
CATEGORY = "DawBridge"
_FOLDER = f"Scripts/{CATEGORY}"
_TAG = re.compile(r"-- @(\w+) ?(.*)")
_MORE = re.compile(r"--   (.*)|--")
_PROVIDES = re.compile(r"\[(main|nomain)\] (\S+)")


@dataclass(frozen=True)
class Script:
    """A file of the package: its place below the package's folder; `main`: it is an action."""

    place: str
    main: bool


@dataclass(frozen=True)
class Package:
    """What the header says. `name`: the file that has it; `about`: lines of text."""

    name: str
    description: str
    version: str
    author: str
    about: tuple[str, ...]
    scripts: tuple[Script, ...]


def tags(text: str) -> dict[str, tuple[str, ...]]:
    """`@name` -> its lines, from the comments that a script begins with."""
    found: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in text.splitlines():
        if tag := _TAG.fullmatch(line):
            name = tag[1]
            found[name] = (tag[2],) if tag[2] else ()
        elif name and (more := _MORE.fullmatch(line)):
            found[name] += (more[1] or "",)
        else:
            break
    return found


def package(folder: Path) -> Package:
    """The package whose scripts lie in `folder`.

    Raises BadFile where not exactly one script has an @version, or a tag is missing.
    """
    headers = {path: tags(path.read_text(encoding="utf-8")) for path in folder.glob("*.lua")}
    heads = [path for path, header in headers.items() if "version" in header]
    if len(heads) != 1:
        raise BadFile(
            f"{len(heads)} scripts with @version in {folder}", "one, whose package they all are",
            "Give the others @noindex.",
        )  # fmt: skip
    [path], header = heads, headers[heads[0]]
    for tag in ("description", "version", "author", "about", "provides"):
        if not header.get(tag):
            raise BadFile(f"no @{tag} in {path}", "all tags of ReaPack's that we use", "Add it.")
    one = {tag: " ".join(header[tag]) for tag in ("description", "version", "author")}
    return Package(
        path.name, **one, about=header["about"], scripts=_scripts(folder, header["provides"])
    )


def _scripts(folder: Path, provides: Sequence[str]) -> tuple[Script, ...]:
    found = []
    for line in provides:
        if not line:
            continue
        form = _PROVIDES.fullmatch(line)
        places = sorted(folder.glob(form[2])) if form else []
        if form is None or not places:
            raise BadFile(
                f"@provides {line!r}", "[main] or [nomain] and a pattern of files that are there",
                "Correct it.",
            )  # fmt: skip
        main = form[1] == "main"
        found += [Script(path.relative_to(folder).as_posix(), main) for path in places]
    return tuple(found)


def index(base: str, one: Package) -> bytes:
    """ReaPack's index.xml (UTF-8); `base`: the address that clients/reaper has."""
    root = ElementTree.Element("index", version="1", name=NAME)
    category = ElementTree.SubElement(root, "category", name=CATEGORY)
    entry = ElementTree.SubElement(
        category, "reapack", name=one.name, type="script", desc=one.description
    )
    version = ElementTree.SubElement(entry, "version", name=one.version, author=one.author)
    for script in one.scripts:
        where = {} if script.place == one.name else {"file": script.place}
        where |= {"main": "main"} if script.main else {}
        source = ElementTree.SubElement(version, "source", where)
        source.text = f"{base.rstrip('/')}/{_FOLDER}/{quote(script.place)}"
    about = ElementTree.SubElement(ElementTree.SubElement(entry, "metadata"), "description")
    about.text = rich_text(one.about)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return text + b"\n"


def rich_text(lines: Sequence[str]) -> str:
    r"""RTF, which ReaPack shows: lines of a paragraph are joined, an empty line ends it."""
    paragraphs = "\n".join(lines).split("\n\n")
    shown = (_escaped(one.replace("\n", " ")) for one in paragraphs)
    return r"{\rtf1\ansi " + r"\par\par ".join(shown) + "}"


def _escaped(text: str) -> str:
    plain = re.sub(r"([\\{}])", r"\\\1", text)
    return "".join(c if ord(c) < 128 else rf"\u{ord(c)}?" for c in plain)


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no http or https address of a folder")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the index."""
    parser = argparse.ArgumentParser(
        "python -m daw_bridge.cli.install.reapack", description="Write ReaPack's index.xml."
    )
    parser.add_argument("--base", required=True, type=_address, metavar="URL",
                        help="Where the files of daw_bridge/clients/reaper can be had, at this "
                        "version.")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, default=Path("index.xml"), metavar="FILE",
                        help="Default: index.xml.")  # fmt: skip
    args = parser.parse_args(arguments)
    args.output.write_bytes(index(args.base, package(clients("reaper") / _FOLDER)))
    print(args.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
