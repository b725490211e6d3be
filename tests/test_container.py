"""The Containerfile: what a linter says of it, and whether all that it names is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from daw_bridge.cli import build_parser
from daw_bridge.settings.parameters import parameter

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "examples" / "Containerfile"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
METRICS = 17125
"""The port that the guide gives them."""


def instructions() -> list[tuple[str, list[str]]]:
    """Each instruction and its words; lines that go on are one."""
    text = re.sub(r"\\\n", " ", FILE.read_text(encoding="utf-8"))
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line[:1] not in ("", "#")]
    return [(name, words.split()) for name, words in lines]


def of(name: str) -> list[list[str]]:
    return [words for one, words in instructions() if one == name]


def listed(name: str) -> list[str]:
    """The words of the one instruction of this name that has them as JSON."""
    [words] = of(name)
    found: list[str] = json.loads(" ".join(words).partition("CMD ")[2] or " ".join(words))
    return found


def copied() -> set[str]:
    """What comes from the project's folder."""
    lines = [words for words in of("COPY") if not words[0].startswith("--from")]
    return {source for words in lines for source in words[:-1]}


@pytest.mark.hadolint
def test_a_linter_finds_nothing(tmp_path: Path) -> None:
    linter = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}"
                          f"{os.environ['PATH']}")  # fmt: skip
    assert linter is not None
    done = subprocess.run([linter, str(FILE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    worse = tmp_path / "Containerfile"
    worse.write_text(FILE.read_text(encoding="utf-8").replace(":3.11-slim-bookworm", ":latest"))
    done = subprocess.run([linter, str(worse)], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "DL3007" in done.stdout


def test_what_is_copied_is_there_and_is_all_that_the_package_needs() -> None:
    project = PROJECT["project"]
    packages = {one.partition(".")[0] for one in PROJECT["tool"]["setuptools"]["packages"]}
    mapped = {
        one.partition("/")[0] for one in PROJECT["tool"]["setuptools"]["package-dir"].values()
    }
    needed = {"pyproject.toml", "constraints.txt", project["readme"], *project["license-files"]}
    assert copied() == needed | packages | mapped
    assert all((ROOT / one).exists() for one in copied())


def test_its_extras_are_those_of_the_project() -> None:
    [extras] = re.findall(r"'\.\[(.+?)\]'", FILE.read_text(encoding="utf-8"))
    assert set(extras.split(",")) <= set(PROJECT["project"]["optional-dependencies"])
    assert {"metrics", "web"} <= set(extras.split(","))  # /health is asked for its health


def test_its_ports_are_the_servers() -> None:
    [ports] = of("EXPOSE")
    tcp = [str(parameter(name).default) for name in ("zmq_port", "pub_port", "http_port")]
    assert ports == [f"{parameter('osc_port').default}/udp", *tcp, str(METRICS)]
    assert f"127.0.0.1:{METRICS}/health" in listed("HEALTHCHECK")[2]


def test_it_is_run_as_the_guide_says() -> None:
    guide = (ROOT / "docs" / "guide" / "service.md").read_text(encoding="utf-8")
    lines = re.findall(r"^#   (podman .+)$", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 2 and all(line in guide.splitlines() for line in lines)


def test_what_it_runs_is_a_command() -> None:
    assert listed("ENTRYPOINT") == ["daw-bridge"]
    args = build_parser().parse_args(listed("CMD"))
    assert args.metrics == METRICS and args.allow_path == ["/music"]


def test_its_health_is_asked_in_python_that_runs() -> None:
    python, flag, code = listed("HEALTHCHECK")
    assert (python, flag) == ("python", "-c")
    compile(code, "HEALTHCHECK", "exec")


def test_it_does_not_run_as_root() -> None:
    names = [name for name, _ in instructions()]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")
    assert of("USER") == [["10001"]]
