"""The patches do what they say, with the real server: run by a stand-in for Max's messages."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from max_patches.generate.addresses import OUTPUTS, TO_SERVER, command, of, of_stem
from max_patches.generate.client import BEATS_LOST
from tests.rigs.max_messages import Max, Running
from tests.rigs.max_objects import Message, Receive
from tests.rigs.server import serving
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS

EVERYTHING, ERRORS, CONNECTED = 0, 1, 2
WORDS, PROGRESS, READ = 0, 1, 2
SECRET = "a-token-of-this-test-alone"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        return int(end.getsockname()[1])


@pytest.fixture
def world() -> Iterator[Max]:
    with Max() as found:
        yield found


def connect(world: Max, port: int) -> Running:
    return world.open(f"dawbridge.client 127.0.0.1 {port} {free_port()}")


def heard(client: Running, *start: object) -> bool:
    return any(one[: len(start)] == start for one in client.told.get(EVERYTHING, []))


def test_the_client_registers_by_itself_and_says_so(world: Max) -> None:
    with serving() as running:
        client = connect(world, running.ready.osc_port)
        world.listen(lambda: heard(client, command("done"), "notify"))
        assert client.told[CONNECTED] == [(0,), (1,)]


def test_a_server_that_is_lost_and_back_is_noticed(world: Max) -> None:
    port = free_port()
    with serving(osc_port=port):
        client = connect(world, port)
        world.listen(lambda: client.last(CONNECTED) == (1,))
        world.tick()
        world.listen(lambda: heard(client, command("synced"), 1))
    for _ in range(BEATS_LOST):
        assert client.last(CONNECTED) == (1,)
        world.tick()
    assert client.last(CONNECTED) == (0,)
    client.told.clear()
    with serving(osc_port=port):
        for _ in range(BEATS_LOST):
            world.tick()
        world.listen(lambda: heard(client, command("done"), "notify"))
        assert client.last(CONNECTED) == (1,)


@pytest.mark.parametrize("through_client", [True, False])
def test_a_secret_is_given_again_to_a_server_that_is_back(
    world: Max, tmp_path: Path, through_client: bool
) -> None:
    port, file = free_port(), tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    with serving(osc_port=port, auth_file=str(file)):
        client = connect(world, port)
        if through_client:
            client.say(f"{command('auth')} {SECRET}")
        else:
            world.receivers[TO_SERVER][0].emit(0, (command("auth"), SECRET))
        for _ in range(BEATS_LOST):  # udpsend hears no answer: it is known once it registers again
            world.tick()
        world.listen(lambda: heard(client, command("done"), "notify"))
    client.told.clear()
    with serving(osc_port=port, auth_file=str(file)):
        for _ in range(2 * BEATS_LOST):
            world.tick()
        world.listen(lambda: heard(client, command("done"), "notify"))
        assert client.last(CONNECTED) == (1,)


def test_nothing_is_sent_as_a_secret_that_was_never_given(world: Max) -> None:
    sent = asked(world)
    with serving() as running:
        client = connect(world, running.ready.osc_port)
        world.listen(lambda: heard(client, command("done"), "notify"))
        assert not heard(client, command("done"), "auth")
        assert not heard(client, command("fail"))
    assert any(one[0] == command("notify") for one in sent)


def test_while_answers_come_it_does_not_register_again(world: Max) -> None:
    with serving() as running:
        client = connect(world, running.ready.osc_port)
        world.listen(lambda: heard(client, command("done"), "notify"))
        for _ in range(3 * BEATS_LOST):
            client.told.pop(EVERYTHING)
            world.tick()
            world.listen(lambda: heard(client, command("synced")))
            assert not heard(client, command("done"), "notify")
        assert client.told[CONNECTED] == [(0,), (1,)]


def test_parameters_go_in_and_come_out(world: Max) -> None:
    with serving() as running, running.client() as other, other.stream(48000, 1):
        client = connect(world, running.ready.osc_port)
        world.listen(lambda: heard(client, command("done"), "notify"))
        client.say(f"{of_stem('gain', 'drums')} -6.5")
        client.say(of_stem("gain", "drums"))
        world.listen(lambda: heard(client, of_stem("gain", "drums"), -6.5))
        client.say(f"{of('refine/steps')} 7")
        client.say(of("refine/steps"))
        world.listen(lambda: heard(client, of("refine/steps"), 7))


def test_errors_are_words(world: Max) -> None:
    with serving() as running:
        client = connect(world, running.ready.osc_port)
        client.say(f"{command('cancel')} 777")
        world.listen(lambda: ERRORS in client.told)
        (text,) = client.last(ERRORS) or ()
        assert str(text).startswith(f"{command('cancel')}: ") and "777" in str(text)


@pytest.fixture
def song(world: Max, tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    world.song = save(tmp_path / "in" / "any.wav", noise(2, 30_000, seed=3), subtype="FLOAT")
    return tmp_path


def test_a_buffer_becomes_its_stems(world: Max, song: Path) -> None:
    with serving((song,)) as running:
        connect(world, running.ready.osc_port)
        buffer = world.open("dawbridge.buffer mine")
        buffer.say(f"folder {song}")
        for _ in range(2):  # the second time it writes over the first
            world.written.clear()
            buffer.told.clear()
            buffer.say("bang")
            world.listen(lambda: ("done",) in buffer.told.get(WORDS, []))
            assert world.written[0] == ("mine", ("writewave", f"{song}/mine.wav"))
            read = dict(world.written[1:])
            assert read == {f"mine.{name}": ("replace", f"{song}/mine/{name}.wav")
                            for name in (*STEMS, "residual")}  # fmt: skip
            assert {one[0] for one in buffer.told[READ]} <= set(OUTPUTS)
            assert all(0 <= float(one[0]) <= 1 for one in buffer.told[PROGRESS])


def test_a_buffer_without_a_folder_asks_for_one(world: Max) -> None:
    buffer = world.open("dawbridge.buffer mine")
    buffer.say("bang")
    assert buffer.told == {WORDS: [("choose", "a", "folder", "first")]}
    assert world.written == []


class Sink(Receive):
    """Keeps what is sent to the server."""

    def begin(self) -> None:
        super().begin()
        self.sent: list[Message] = []

    def emit(self, outlet: int, message: Message) -> None:
        self.sent.append(message)


def asked(world: Max) -> list[Message]:
    """What the patches send from now on; it fills."""
    return Sink(world, [TO_SERVER]).sent


def test_options_go_with_the_job_and_cancel_has_its_number(world: Max, song: Path) -> None:
    buffer = world.open("dawbridge.buffer mine")
    sent = asked(world)
    for one in (f"folder {song}", "options steps 16", "bang", "cancel"):
        buffer.say(one)
    job, gone = sent
    assert job[0] == command("separate") and job[2:] == (
        f"{song}/mine.wav", str(song), "steps", 16,
    )  # fmt: skip
    assert gone == (command("cancel"), job[1])


def test_what_fails_is_said_in_words(world: Max, song: Path) -> None:
    with serving((song,)) as running:
        connect(world, running.ready.osc_port)
        buffer = world.open("dawbridge.buffer mine")
        for one in (f"folder {song}", "options model no-such-model", "bang"):
            buffer.say(one)
        world.listen(lambda: any("no-such-model" in str(one) for one in buffer.told.get(WORDS, [])))


def test_two_buffers_do_not_hear_each_other(world: Max, song: Path) -> None:
    with serving((song,)) as running:
        connect(world, running.ready.osc_port)
        one, other = (world.open(f"dawbridge.buffer {name}") for name in ("one", "other"))
        one.say(f"folder {song}")
        one.say("bang")
        world.listen(lambda: ("done",) in one.told.get(WORDS, []))
        assert other.told == {}


def test_a_strip_shows_what_the_server_says_and_sends_only_what_a_hand_sets(world: Max) -> None:
    with serving() as running, running.client() as other, other.stream(48000, 1):
        connect(world, running.ready.osc_port)
        strip = world.open("dawbridge.live").parts["drums"]
        gain, mute = strip.controls[:2]
        world.listen(lambda: gain.shown == (0.0,))
        sent = asked(world)
        other.set({"stem/drums/gain": -12.0})
        world.listen(lambda: gain.shown == (-12.0,))
        assert sent == []
        mute.handle(0, (1,))
        assert sent == [(of_stem("mute", "drums"), 1)]
        world.listen(lambda: other.get("stem/drums/mute")["stem/drums/mute"] == 1)


def test_the_latency_comes_out_of_the_last_outlet(world: Max) -> None:
    with serving() as running, running.client() as other, other.stream(48000, 1) as stream:
        live = world.open("dawbridge.live")
        connect(world, running.ready.osc_port)
        world.listen(lambda: live.last(14) is not None)
        samples, milliseconds = live.last(14) or ()
        assert samples == stream.info.latency_samples
        assert milliseconds == pytest.approx(1000 * stream.info.latency_samples / 48000, rel=1e-5)
