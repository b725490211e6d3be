"""The documents: generated pages, links, sizes, shell lines, Python snippets."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from daw_bridge.cli import build_parser, docs
from tests.rigs.server import serving

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PACKAGES = sorted(ROOT.glob("[a-z]*/README.md"))
PAGES = sorted({*ROOT.glob("*.md"), *PACKAGES, *(ROOT / "docs").rglob("*.md")})
"""Every document of the project."""

MAX_README_BYTES, MAX_PACKAGE_LINES, MAX_AUDIO_BYTES = 9_000, 60, 1_000_000


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


each_page = pytest.mark.parametrize("path", PAGES, ids=name)


# What the code says.


@pytest.mark.parametrize("path", [*docs.pages(), *docs.PARTS])
def test_generated_parts_are_the_codes(path: str) -> None:
    found = text_of(ROOT / path)
    expected = docs.PARTS[path](found) if path in docs.PARTS else docs.pages()[path]
    assert found == expected, "run `make docs`"


def test_no_generated_page_is_left_over() -> None:
    made = {name(path) for path in PAGES if "<!-- made by `make docs`" in text_of(path)}
    assert made == set(docs.pages())


def test_the_models_table_says_what_the_results_may_be_used_for() -> None:
    rows = {row.split("|")[1]: row for row in docs.models_table().splitlines()[2:] if "|" in row}
    assert "non-commercial" in rows[" [song](docs/models/song.md) "]
    assert "free for any use" in rows[" [band-free](docs/models/band-free.md) "]


# Sizes.


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= MAX_README_BYTES


@pytest.mark.parametrize("path", PACKAGES, ids=name)
def test_the_packages_readmes_are_short(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= MAX_PACKAGE_LINES


def test_the_clips_are_small() -> None:
    clips = list((ROOT / "docs" / "audio").iterdir())
    assert clips and sum(one.stat().st_size for one in clips) < MAX_AUDIO_BYTES


# Links.


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    prose = re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL)
    found: set[str] = set()
    for heading in re.findall(r"^#+ +(.+)$", prose, flags=re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = sum(one == plain or re.fullmatch(rf"{plain}-\d+", one) is not None for one in found)
        found.add(f"{plain}-{count}" if count else plain)
    return found


def links(path: Path) -> list[str]:
    """Every link and picture of a page that stays within the project."""
    found = re.findall(r"\]\(([^()\s]+)\)", without_code(text_of(path)))
    return [one for one in found if not re.match(r"[a-z]+:", one)]


@each_page
def test_links_lead_somewhere(path: Path) -> None:
    broken = []
    for link in links(path):
        file, _, anchor = unquote(link).partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@each_page
def test_files_that_are_named_exist(path: Path) -> None:
    """`folder/file.py` from the project's root, or from the page's own package."""
    found = re.findall(r"`([a-z_./]+/[a-z_.]+\.(?:py|toml))`", text_of(path))
    assert [
        one for one in found if not any((at / one).exists() for at in (ROOT, path.parent))
    ] == []


@each_page
def test_names_stand_in_the_files_that_are_named(path: Path) -> None:
    """`NAME` of `folder/file.py`: defined there, not only imported."""
    found = re.findall(r"`(\w+)` (?:of|in) `([a-z_./]+/[a-z_.]+\.py)`", text_of(path))
    files = [(word, at / file) for word, file in found for at in (ROOT, path.parent)]
    assert [where for where in files if where[1].exists() and not defines(*where[::-1])] == []


def defines(file: Path, word: str) -> bool:
    return bool(re.search(rf"^\s*(?:def |class )?{word}\s*[:=(]", text_of(file), re.MULTILINE))


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, todo = set(), [README]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        todo += [(page.parent / link.partition("#")[0]).resolve() for link in links(page)
                 if link.partition("#")[0]]  # fmt: skip
    assert set(PAGES) <= seen


# Shell lines.


def shell_lines(path: Path) -> list[str]:
    """Every command line of a page's shell blocks; continued lines are joined."""
    blocks = re.findall(r"```sh\n(.*?)```", text_of(path), flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks
             for line in block.replace("\\\n", " ").splitlines()]  # fmt: skip
    return [line for line in lines if line and not line.startswith("#")]


DAW_BRIDGE = [
    (name(path), line)
    for path in PAGES
    for line in shell_lines(path)
    if re.search(r"(?:^|[ /])daw-bridge ", line)
]


@pytest.mark.parametrize(("path", "line"), DAW_BRIDGE)
def test_commands_parse(path: str, line: str) -> None:
    words = shlex.split(line)
    at = next(k for k, word in enumerate(words) if word.rpartition("/")[2] == "daw-bridge")
    assert build_parser().parse_args(words[at + 1 :]).run


@each_page
def test_one_separate_after_the_other_overwrites_nothing(path: Path) -> None:
    """Whoever pastes a block line by line meets no stems of the line before."""
    for block in re.findall(r"```sh\n(.*?)```", text_of(path), flags=re.DOTALL):
        lines = [line for line in block.splitlines() if line.startswith("daw-bridge separate")]
        folders = [folder for line in lines for folder in folders_written(line)]
        assert len(set(folders)) == len(folders), folders


def folders_written(line: str) -> list[Path]:
    """The folder of each song in a line of `daw-bridge separate`."""
    args = build_parser().parse_args(shlex.split(line, comments=True)[1:])
    return [Path(args.output) / Path(file).stem for file in args.files]


CODE = [
    path for room in ("daw_bridge", "engines", "export") for path in (ROOT / room).rglob("*.py")
]


@pytest.mark.parametrize("path", [*CODE, *PAGES], ids=name)
def test_extras_are_installed_from_a_copy(path: Path) -> None:
    """By name, `pip install 'daw-bridge[plot]'`, is not how daw-bridge is installed."""
    assert not re.search(r"pipx? install ['\"]?daw-bridge", text_of(path))


def test_there_are_commands() -> None:
    assert len(DAW_BRIDGE) >= 30


@each_page
def test_modules_that_are_run_exist(path: Path) -> None:
    found = set(re.findall(r"python -m ((?:export|tests|daw_bridge)[\w.]*)", text_of(path)))
    at_old_commits = {"export.train"} if path.name == "training.md" else set()
    assert [one for one in found - at_old_commits if importlib.util.find_spec(one) is None] == []


# Python.


def snippets(path: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text_of(path), flags=re.DOTALL)


SNIPPETS = {
    f"{name(path)}-{k}": code
    for path in (README, *sorted((ROOT / "docs").rglob("*.md")))
    for k, code in enumerate(snippets(path))
}
ON_THIS_MACHINE = {key: code for key, code in SNIPPETS.items() if "with Client()" in code}


def test_snippets_have_the_right_types(tmp_path: Path) -> None:
    for k, code in enumerate(SNIPPETS.values()):
        (tmp_path / f"snippet_{k}.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"),
               "--follow-imports", "silent", str(tmp_path)]  # fmt: skip
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("key", ON_THIS_MACHINE)
def test_snippets_run(key: str) -> None:
    with serving() as running:
        client = f"Client({running.endpoint!r})"
        exec(compile(SNIPPETS[key].replace("Client()", client), key, "exec"), {})


def test_there_are_snippets() -> None:
    assert len(ON_THIS_MACHINE) >= 3 and len(SNIPPETS) > len(ON_THIS_MACHINE)
