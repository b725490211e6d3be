"""Jobs of a model that samples: `generate`, and `separate`, over ZeroMQ and OSC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.client import Client
from daw_bridge.client.job import JobEvent
from daw_bridge.errors import RemoteError
from daw_bridge.wire.replies import JobDone, JobNotice, JobProgress
from tests.rigs.diffusion_model import FEW, write_diffusion
from tests.rigs.server import Running
from tests.rigs.sounds import load, noise, save


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_diffusion(tmp_path_factory.mktemp("sampling") / "sampled.onnx", FEW))


def fractions(events: list[JobEvent], stage: str) -> list[float]:
    found = [one.fraction for one in events if isinstance(one, JobProgress) and one.stage == stage]
    assert found == sorted(found)
    return found


def test_generate(client: Client, model: str, tmp_path: Path) -> None:
    drums, events = save(tmp_path / "drums.wav", noise(1, 1000), 8000), list[JobEvent]()
    job = client.generate(
        tmp_path / "out", given={"drums": drums}, stems="bass,piano", model=model, seed=3
    )
    files = job.wait(events.append)
    assert {name: path.name for name, path in files.items()} == {
        "generated_bass": "generated_bass.wav", "generated_piano": "generated_piano.wav",
    }  # fmt: skip
    assert all(load(one).shape == (1, 1000) for one in files.values())
    assert fractions(events, "generate") and events[-1] == JobDone(job.req, "generate")
    leaks = [one for one in events if isinstance(one, JobNotice) and one.code == "leak"]
    assert len(leaks) == 2


def test_what_cannot_be_generated(client: Client, model: str, tmp_path: Path) -> None:
    for options, code in (
        ({"stems": "tuba", "model": model}, "settings"),
        ({"model": "band"}, "bad_value"),
        ({"given": {"drums": tmp_path / "none.wav"}, "model": model}, "bad_file"),
        ({"known": "drums=a.wav"}, "unknown_parameter"),
    ):
        with pytest.raises(RemoteError) as caught:
            client.generate(tmp_path / "out", **options).wait()  # type: ignore[arg-type]
        assert caught.value.remote_code == code
    assert list(tmp_path.iterdir()) == []


def test_both_kinds_can_be_cancelled(client: Client, model: str, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(1, 400_000), 8000)
    for job in (
        client.generate(tmp_path / "a", stems="bass", seconds=60, model=model),
        client.submit(song, tmp_path / "b", model=model),
    ):
        at_work = next(one for one in job if isinstance(one, JobProgress) and one.eta_s > 0)
        assert 0 < at_work.fraction < 1
        job.cancel()
        with pytest.raises(RemoteError) as caught:
            job.wait()
        assert caught.value.remote_code == "cancelled"
    assert [one.name for one in tmp_path.iterdir()] == ["song.wav"]


def test_steps_of_a_separation_are_noise_levels(client: Client, model: str, tmp_path: Path) -> None:
    """Stems of any number of them sum to the mix; too few are refused with how many would do."""
    song = save(tmp_path / "song.wav", noise(1, 1500), 8000)
    stems = []
    for steps in (0, 40):
        events: list[JobEvent] = []
        job = client.submit(song, tmp_path / str(steps), model=model, **{"refine/steps": steps})
        files = job.wait(events.append)
        assert fractions(events, "separate")
        stems.append([load(path) for path in files.values()])
        np.testing.assert_allclose(sum(stems[-1]), load(song), atol=1e-5)
    assert not np.array_equal(stems[0], stems[1])
    with pytest.raises(RemoteError, match="at least 29 steps of geometric") as caught:
        client.submit(song, tmp_path / "few", model=model, **{"refine/steps": 5}).wait()
    assert caught.value.remote_code == "settings"


def test_generate_over_osc(running: Running, model: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running.osc() as end:
        end.send("/dawbridge/generate", 4, str(out), "model", model, "stems", "bass",
                 "seconds", 0.1)  # fmt: skip
        stem = end.wait("/dawbridge/job/stem")
        assert stem[1:3] == ("generated_bass", str(out / "generated_bass.wav"))
        assert end.wait("/dawbridge/done") == ("generate", 4)
        assert load(out / "generated_bass.wav").shape == (1, 800)
        end.send("/dawbridge/generate", 5, str(out), "model", model, "stems", "tuba")
        failed = end.wait("/dawbridge/fail")
        assert failed[:3] == ("/dawbridge/generate", 5, "settings")
        assert "bass, drums, guitar, piano" in str(failed[3])
