"""The package for Pd's index Deken: its name, what is in it, and Pd itself loads it."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from daw_bridge import __version__
from max_patches.generate.pd.__main__ import main
from max_patches.generate.pd.deken import LIBRARY, objects_of, write_deken
from max_patches.generate.pd.package import PATCHES, files
from tests.rigs.pd import QUIET, SILENT

#: What Deken's documentation says a package is called: library, [vVERSION], (system)s, .dek
NAME = re.compile(r"([^\[\]()]+)\[v([^\[\]()]+)\]((?:\([^\[\]()]+\))*)\.dek")


def test_its_name_says_library_version_and_no_system(tmp_path: Path) -> None:
    package, digest, objects = write_deken(tmp_path / "new")
    found = NAME.fullmatch(package.name)
    assert found is not None and found.groups() == (LIBRARY, __version__, "")
    assert [one.name for one in (digest, objects)] == [
        package.name + end for end in (".sha256", ".txt")
    ]


def test_one_folder_of_the_librarys_name_holds_every_patch(tmp_path: Path) -> None:
    with ZipFile(write_deken(tmp_path)[0]) as archive:
        assert archive.testzip() is None
        names = {f"{LIBRARY}/{one}" for one in (*PATCHES, "LICENSE")}
        assert set(archive.namelist()) == names
        for name, content in files().items():
            assert archive.read(f"{LIBRARY}/{name}") == content


def test_the_hash_is_of_the_package_which_is_the_same_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--deken", str(tmp_path / "a")])
    package, digest, _ = map(Path, capsys.readouterr().out.splitlines())
    assert digest.read_text() == hashlib.sha256(package.read_bytes()).hexdigest()
    assert write_deken(tmp_path / "b")[0].read_bytes() == package.read_bytes()


def test_every_object_with_help_is_listed_with_what_it_does(tmp_path: Path) -> None:
    lines = [one.split("\t") for one in write_deken(tmp_path)[2].read_text().splitlines()]
    assert [one[0] for one in lines] == ["dawbridge.buffer", "dawbridge.client", "dawbridge.live"]
    assert all(len(one) == 2 and one[1] and "\\" not in one[1] for one in lines)


def test_an_object_without_a_description_is_listed_all_the_same() -> None:
    assert objects_of({"a-help.pd": b"#N canvas;\n", "a.pd": b""}) == "a\t\n"


@pytest.mark.pd
def test_pd_loads_what_was_unpacked_where_its_packages_lie(tmp_path: Path) -> None:
    with ZipFile(write_deken(tmp_path)[0]) as archive:
        archive.extractall(tmp_path / ".local" / "lib" / "pd" / "extra")
    patch = tmp_path / "mine.pd"
    patch.write_text(
        f"#N canvas 0 0 400 300 12;\n#X declare -path {LIBRARY};\n"
        f"#X obj 20 20 declare -path {LIBRARY};\n#X obj 20 60 dawbridge.client;\n"
    )
    command = ["pd", *QUIET, *SILENT, "-open", str(patch), "-send", "pd quit"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.stdout + done.stderr == ""
