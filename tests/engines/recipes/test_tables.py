"""Files that are known by checksum."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engines.recipes import tables
from engines.recipes.reading import recipes
from engines.recipes.tables import TAIL_BYTES, row, tail_md5


@pytest.mark.parametrize("size", [10, TAIL_BYTES, TAIL_BYTES + 999])
def test_the_checksum_is_of_the_last_bytes(size: int, tmp_path: Path) -> None:
    content = (b"daw-bridge" * (size // 10 + 1))[:size]
    (tmp_path / "file").write_bytes(content)
    assert tail_md5(tmp_path / "file") == hashlib.md5(content[-TAIL_BYTES:]).hexdigest()


def test_mdx_net_knows_44_files() -> None:
    found = tables._rows("mdx-net.rows")
    assert len(found) == 44
    lengths = {(one["fft"], one["bins"], one["frames"]) for one in found.values()}
    assert (7680, 3072, 256) in lengths and (6144, 2048, 256) in lengths
    for one in found.values():
        assert one["bins"] <= one["fft"] // 2 + 1 and one["frames"] in (128, 256, 512)
        assert 1.0 <= one["gain"] < 2.0 and one["stem"] != one["rest"]


def test_an_unknown_file_has_no_row(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert row("mdx-net.rows", tmp_path / "file") is None


def test_every_table_that_a_recipe_names_is_there() -> None:
    for one in recipes().values():
        if one.table:
            assert tables._rows(one.table)
