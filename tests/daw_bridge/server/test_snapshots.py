"""Snapshots of a real server: saved by one client, loaded by another, after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import RemoteError
from tests.rigs.server import model_file, serving


def test_a_snapshot_outlives_the_server(tmp_path: Path) -> None:
    other = model_file(name="other", stems=("piano",), gains=(0.5,))
    with (
        serving(snapshot_dir=str(tmp_path)) as running, running.client() as client,
        client.stream(44100, 2),
    ):  # fmt: skip
        client.set({"stem/drums/gain": -6.0, "refine/steps": 3})
        client.snapshot("save", "verse")
        client.set({"model": other, "stem/vocals/gain": -3.0})
        client.snapshot("save", "refrain")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["refrain.json", "verse.json"]
    with serving(snapshot_dir=str(tmp_path)) as running, running.client() as client:
        assert client.snapshot() == ("refrain", "verse")
        with client.stream(44100, 2), running.osc() as end:
            end.send("/dawbridge/notify", 1)
            end.settle()
            end.send("/dawbridge/snapshot/load", "refrain")
            assert end.wait("/dawbridge/stem/vocals/gain")  # as the server was when it registered
            while end.wait("/dawbridge/done") != ("snapshot/load", 0):
                pass
            assert client.get("model", "stem/vocals/gain") == {
                "model": other, "stem/vocals/gain": -3.0,
            }  # fmt: skip
            end.send("/dawbridge/snapshot/load", "verse")
            while end.wait("/dawbridge/done") != ("snapshot/load", 0):
                pass
            assert client.get("model", "stem/vocals/gain", "refine/steps") == {
                "model": model_file(), "stem/vocals/gain": 0.0, "refine/steps": 3,
            }  # fmt: skip
        client.snapshot("remove", "verse")
        with pytest.raises(RemoteError, match="no snapshot called 'verse'"):
            client.snapshot("load", "verse")
