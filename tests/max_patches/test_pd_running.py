"""The patches in Pure Data itself, without a window, with the real server."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from max_patches.generate.addresses import OUTPUTS, command, of, of_stem
from max_patches.generate.pd.package import FOLDER, PATCHES
from tests.rigs.pd import QUIET, SILENT, Pd, free_port
from tests.rigs.server import serving
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS

pytestmark = pytest.mark.pd

EVERYTHING, ERRORS, CONNECTED = 0, 1, 2
WORDS, PROGRESS, READ = 0, 1, 2
SECRET = "a-token-of-this-test-alone"
LOST_WITHIN_S = 8.0
ARRAYS = ("song-L", "song-R")
RATE_HZ = 44100


def client_at(port: int) -> dict[str, str]:
    return {"client": f"dawbridge.client 127.0.0.1 {port}"}


def connected(pd: Pd) -> None:
    pd.listen(lambda: pd.last("client", CONNECTED) == (1,))


def registered(pd: Pd) -> None:
    pd.listen(lambda: pd.heard("client", EVERYTHING, "done", "notify"))


@pytest.mark.parametrize("name", sorted(PATCHES))
def test_pd_loads_it_without_a_word(name: str) -> None:
    opened = ["-open", str(FOLDER / name), "-send", "pd quit"]
    done = subprocess.run(
        ["pd", *QUIET, *SILENT, *opened], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout + done.stderr == ""


def test_a_patch_with_an_object_that_is_not_there_is_not_loaded_in_silence(tmp_path: Path) -> None:
    (tmp_path / "wrong.pd").write_text("#N canvas 0 0 9 9 12;\n#X obj 1 1 no-such-object;\n")
    command = ["pd", *QUIET, *SILENT, "-open", str(tmp_path / "wrong.pd"), "-send", "pd quit"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "couldn't create" in done.stderr


def test_the_client_registers_by_itself_and_asks_for_the_status(tmp_path: Path) -> None:
    with serving() as running, Pd(tmp_path, client_at(running.ready.osc_port)) as pd:
        connected(pd)
        registered(pd)
        pd.say("client", command("status"))
        pd.listen(lambda: pd.heard("client", EVERYTHING, "status.reply"))
        assert pd.told["client", CONNECTED] == [(1,)]


def test_a_server_that_is_lost_and_back_is_noticed(tmp_path: Path) -> None:
    port = free_port()
    with Pd(tmp_path, client_at(port)) as pd:
        with serving(osc_port=port):
            connected(pd)
            registered(pd)
            pd.told.clear()
            pd.listen(lambda: pd.heard("client", EVERYTHING, "synced"))
            assert not pd.heard("client", EVERYTHING, "done", "notify")
        pd.listen(lambda: pd.last("client", CONNECTED) == (0,), LOST_WITHIN_S)
        pd.told.clear()
        with serving(osc_port=port):
            connected(pd)
            registered(pd)
        assert pd.errors() == ""


def test_a_server_that_was_started_again_at_once_is_noticed(tmp_path: Path) -> None:
    port = free_port()
    with Pd(tmp_path, client_at(port)) as pd:
        with serving(osc_port=port):
            connected(pd)
            registered(pd)
        pd.told.clear()
        with serving(osc_port=port):
            registered(pd)
        assert (0,) not in pd.told.get(("client", CONNECTED), [])


@pytest.mark.parametrize("through_client", [True, False])
def test_a_secret_is_given_again_to_a_server_that_is_back(
    tmp_path: Path, through_client: bool
) -> None:
    port, file = free_port(), tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    with Pd(tmp_path, client_at(port)) as pd:
        with serving(osc_port=port, auth_file=str(file)):
            pd.listen(lambda: pd.heard("client", EVERYTHING, "fail"))
            assert pd.last("client", CONNECTED) != (1,)  # an error is no sign of life
            to = ("client",) if through_client else ("to", "dawbridge.to")
            pd.say(*to, command("auth"), SECRET)
            connected(pd)
            registered(pd)
        pd.told.clear()
        with serving(osc_port=port, auth_file=str(file)):
            registered(pd)
            assert pd.heard("client", EVERYTHING, "done", "auth")
            connected(pd)
        assert pd.errors() == ""


def test_parameters_go_in_and_come_out(tmp_path: Path) -> None:
    with (
        serving() as running,
        running.client() as other,
        other.stream(48000, 1),
        Pd(tmp_path, client_at(running.ready.osc_port)) as pd,
    ):
        registered(pd)
        pd.say("client", of_stem("gain", "drums"), -6.5)
        pd.say("client", of_stem("gain", "drums"))
        pd.listen(lambda: pd.heard("client", EVERYTHING, "stem", "drums", "gain", -6.5))
        pd.say("to", "dawbridge.to", of("refine/steps"), 7)
        pd.listen(lambda: other.get("refine/steps")["refine/steps"] == 7)
        other.set({"bypass": 1})
        pd.listen(lambda: pd.heard("client", EVERYTHING, "bypass", 1))


def test_errors_are_words(tmp_path: Path) -> None:
    with serving() as running, Pd(tmp_path, client_at(running.ready.osc_port)) as pd:
        connected(pd)
        pd.say("client", command("cancel"), 777)
        pd.listen(lambda: pd.last("client", ERRORS) is not None)
        (text,) = pd.last("client", ERRORS) or ()
        assert str(text).startswith(f"{command('cancel')}: ") and "777" in str(text)


def test_of_two_clients_one_sends(tmp_path: Path) -> None:
    with serving() as running:
        two = dict.fromkeys("ab", f"dawbridge.client 127.0.0.1 {running.ready.osc_port}")
        with Pd(tmp_path, two) as pd:
            pd.listen(lambda: all(pd.last(one, CONNECTED) == (1,) for one in "ab"))
            for number in range(10):
                pd.told.clear()
                pd.say("to", "dawbridge.to", command("sync"), 1000 + number)
                for _ in range(3):
                    pd.hear()
                pd.listen(lambda n=number: any(  # type: ignore[misc]
                    pd.heard(one, EVERYTHING, "synced", 1000 + n) for one in "ab"))  # fmt: skip
                assert not all(pd.heard(one, EVERYTHING, "synced", 1000 + number) for one in "ab")


def arrays(names: tuple[str, ...] = ARRAYS) -> list[str]:
    return [f"#X obj 300 {20 * n} array define {name};" for n, name in enumerate(names)]


def song(folder: Path, channels: int = 2) -> Path:
    (folder / "in").mkdir()
    return save(folder / "in" / "song file.wav", noise(channels, 30_000, seed=3), subtype="FLOAT")


def separated(pd: Pd, folder: Path, file: Path, names: tuple[str, ...]) -> None:
    """Read a song into the arrays, and have it taken apart."""
    pd.say("file", "read", "-resize", str(file), *names)
    pd.listen(lambda: pd.last("file") is not None)
    pd.say("buffer", "folder", str(folder))
    pd.say("buffer", "rate", RATE_HZ)
    pd.say("buffer", "bang")
    pd.listen(lambda: pd.heard("buffer", WORDS, "done"))
    for name in (*STEMS, "residual"):
        assert pd.heard("buffer", READ, name)


def array_of(pd: Pd, folder: Path, name: str) -> np.ndarray:
    """(samples,) of an array in Pd."""
    path = folder / f"{name}.wav"
    pd.told.pop(("file", 0), None)
    pd.say("file", "write", "-wave", "-bytes", 4, str(path), name)
    pd.listen(lambda: pd.last("file") is not None)
    return soundfile.read(path, dtype="float32")[0]


@pytest.mark.parametrize("names", [ARRAYS, ("alone",)], ids=("two", "one"))
def test_an_array_becomes_its_stems_and_they_sum_to_it(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    file = song(tmp_path, len(names))
    with serving((tmp_path,)) as running:
        objects = {**client_at(running.ready.osc_port), "file": "soundfiler",
                   "buffer": f"dawbridge.buffer {' '.join(names)}"}  # fmt: skip
        with Pd(tmp_path, objects, extra=arrays(names)) as pd:
            connected(pd)
            separated(pd, tmp_path, file, names)
            assert all(0 <= float(one[0]) <= 1 for one in pd.told["buffer", PROGRESS])
            for number, name in enumerate(names):
                stems = [array_of(pd, tmp_path, f"{name}.{one}") for one in (*STEMS, "residual")]
                truth = soundfile.read(file, dtype="float32", always_2d=True)[0][:, number]
                assert np.abs(np.sum(stems, axis=0) - truth).max() < 1e-6
                assert np.abs(stems[0]).max() > 1e-3
            # Pd says how loud a file of floats is that it has written.
            said = pd.errors().splitlines()
            assert all("biggest amplitude" in one for one in said)


def test_a_buffer_says_what_is_missing(tmp_path: Path) -> None:
    with serving((tmp_path,)) as running:
        objects = {**client_at(running.ready.osc_port), "buffer": "dawbridge.buffer not-there"}
        with Pd(tmp_path, objects) as pd:
            connected(pd)
            pd.say("buffer", "bang")
            pd.listen(lambda: pd.last("buffer", WORDS) == ("choose a folder",))
            pd.say("buffer", "folder", str(tmp_path))
            pd.say("buffer", "bang")
            pd.listen(lambda: pd.last("buffer", WORDS) == ("nothing was written",))


def test_what_fails_is_said_in_words_and_options_hold(tmp_path: Path) -> None:
    file = song(tmp_path)
    with serving((tmp_path,)) as running:
        objects = {**client_at(running.ready.osc_port), "file": "soundfiler",
                   "buffer": f"dawbridge.buffer {' '.join(ARRAYS)}"}  # fmt: skip
        with Pd(tmp_path, objects, extra=arrays()) as pd:
            connected(pd)
            pd.say("buffer", "options", "force", 1, "model", "no-such-model")
            pd.say("file", "read", "-resize", str(file), *ARRAYS)
            pd.say("buffer", "folder", str(tmp_path))
            pd.say("buffer", "bang")
            pd.listen(lambda: any("no-such-model" in str(one)
                                  for one in pd.told.get(("buffer", WORDS), [])))  # fmt: skip


def test_cancel_goes_with_the_number_of_the_job(tmp_path: Path) -> None:
    objects = {"buffer": "dawbridge.buffer mine", "sent": "r dawbridge.to"}
    with Pd(tmp_path, objects) as pd:
        pd.say("buffer", "cancel")
        pd.listen(lambda: pd.heard("sent", 0, command("cancel")))


NUMBERS = range(1000, 1060)
"""What Pd calls the abstractions of a small patch for themselves ($0)."""


def test_a_strip_shows_what_the_server_says_and_sends_what_a_hand_sets(tmp_path: Path) -> None:
    with serving() as running, running.client() as other, other.stream(48000, 1):
        shown = {f"shown{n}": f"r {n}-gain-shown" for n in NUMBERS}
        objects = {**client_at(running.ready.osc_port), "strip": "dawbridge.strip drums",
                   "sent": "r dawbridge.to", **shown}  # fmt: skip
        with Pd(tmp_path, objects) as pd:
            registered(pd)
            other.set({"stem/drums/gain": -12.0})
            pd.listen(lambda: any(pd.last(one) == (-12,) for one in shown))
            assert ("sent", 0) not in pd.told
            for n in NUMBERS:
                pd.say("to", f"{n}-mute", 1)
            pd.listen(lambda: other.get("stem/drums/mute")["stem/drums/mute"] == 1)
            pd.listen(lambda: ("sent", 0) in pd.told)
            assert pd.told["sent", 0] == [(of_stem("mute", "drums"), 1)]


def test_meters_and_latency_come(tmp_path: Path) -> None:
    with serving() as running, running.client() as other, other.stream(48000, 1) as stream:
        objects = {**client_at(running.ready.osc_port), "live": "dawbridge.live"}
        with Pd(tmp_path, objects) as pd:
            registered(pd)
            late = len(OUTPUTS) * 2
            pd.listen(lambda: pd.last("live", late) is not None)
            samples, milliseconds = pd.last("live", late) or ()
            assert samples == stream.info.latency_samples
            assert milliseconds == pytest.approx(1000 * float(samples) / 48000, rel=1e-4)
            pd.listen(lambda: pd.heard("client", EVERYTHING, "meter", "drums"))
