"""Arrays out of a checkpoint, without unpickling it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.cli.catalogue.unpacking import arrays, member
from daw_bridge.errors import BadFile

torch = pytest.importorskip("torch")


def checkpoint(values: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    torch.save(values, file)
    return file.getvalue()


def test_arrays_come_in_their_order_byte_for_byte() -> None:
    rng = np.random.default_rng(0)
    values = {f"layer{i}.weight": rng.standard_normal((i + 4, 5)).astype("f") for i in range(4)}
    found = list(arrays(checkpoint(values | {"small": np.zeros(2, np.float32)})))
    assert found == [one.tobytes() for one in values.values()]


class Evil:
    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (Path("evil"),)


def test_nothing_in_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(arrays(checkpoint({"evil": Evil()}))) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no zip", checkpoint({})[:-30]])
def test_what_is_no_checkpoint_is_said(content: bytes) -> None:
    with pytest.raises(BadFile, match="numpy arrays"):
        list(arrays(content))


def test_a_member_that_is_not_there_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("there", b"x")
    assert member(tmp_path / "a.zip", "there") == b"x"
    with pytest.raises(BadFile, match="gone"):
        member(tmp_path / "a.zip", "gone")
