"""Start options, and what listening beyond this machine needs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.errors import BadKeys, BadValue, PortTaken, UnsafeBind
from daw_bridge.files.access import MOUNTS, default_folders
from daw_bridge.ports import AudioOptions, load_port
from daw_bridge.server.options import AUDIO, ServerOptions
from daw_bridge.settings.parameters import SERVER_PARAMETERS, Parameter, Value
from daw_bridge.settings.plan import PLANNED
from daw_bridge.settings.ports import port_names
from daw_bridge.wire.keys import PLAIN_NAME
from daw_bridge.wire.loopback import is_loopback
from daw_bridge.wire.secret import MAX_SECRET_BYTES, MIN_SECRET_CHARACTERS, SECRET_VARIABLE


def test_defaults_are_the_tables() -> None:
    options = ServerOptions.of()
    assert options.integer("osc_port") == 17120 and options.integer("zmq_port") == 17122
    assert options.integer("pub_port") == 17123 and options.text("bind") == "127.0.0.1"
    assert set(options.planned) == set(PLANNED)
    assert options.audio == AudioOptions()


def test_values_are_checked() -> None:
    assert ServerOptions.of(refine_steps=4).planned["refine/steps"] == 4
    old = ServerOptions.of(gibbs_steps=4, gibbs_seed=5)
    assert old == ServerOptions.of(refine_steps=4, refine_seed=5)
    assert old.integer("gibbs/steps") == old.integer("refine/steps") == 4
    for bad in ({"osc_port": 70000}, {"no_such": 1}, {"io": "magic"}):
        with pytest.raises(BadValue):
            ServerOptions.of(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    assert is_loopback(host)
    ServerOptions.of(bind=host).check_bind()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "studio.example", ""])
def test_beyond_it_needs_keys_secret_and_folders(host: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeBind) as caught:
        ServerOptions.of(bind=host).check_bind()
    for flag in ("--curve-dir", "--auth-file", "--allow-path"):
        assert flag in caught.value.seen
    with pytest.raises(UnsafeBind) as caught:
        ServerOptions.of((tmp_path,), bind=host, curve_dir="keys").check_bind()
    assert "--auth-file" in caught.value.seen and "--curve-dir" not in caught.value.seen
    ServerOptions.of((tmp_path,), bind=host, curve_dir="keys", auth_file="secret").check_bind()


@pytest.mark.parametrize("host", ["no such host.invalid", "a..b", "x" * 64 + ".example"])
def test_a_name_that_is_no_hosts_is_refused(host: str) -> None:
    with pytest.raises(PortTaken, match="--bind"):
        ServerOptions.of(bind=host).listen_host()


def test_folders_are_those_given_or_the_default(tmp_path: Path) -> None:
    assert ServerOptions.of((tmp_path,)).folders == (tmp_path,)
    assert ServerOptions.of().folders == default_folders() != ()


def test_secret_is_the_first_line(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    assert ServerOptions.of().secret() == ""
    file.write_text("correct horse battery\nmore\n")
    assert ServerOptions.of(auth_file=str(file)).secret() == "correct horse battery"
    file.write_text("x" * (MIN_SECRET_CHARACTERS - 1))
    with pytest.raises(BadKeys, match="characters"):
        ServerOptions.of(auth_file=str(file)).secret()
    with pytest.raises(BadKeys, match="readable"):
        ServerOptions.of(auth_file=str(tmp_path / "none")).secret()
    file.write_text("correct horse battery\r\n", encoding="utf-8-sig")  # as Windows' editors do
    assert ServerOptions.of(auth_file=str(file)).secret() == "correct horse battery"
    file.write_text("x" * (MAX_SECRET_BYTES + 1))
    with pytest.raises(BadKeys, match="256 bytes"):
        ServerOptions.of(auth_file=str(file)).secret()
    file.write_bytes(b"\xff\xfe" * 20)
    with pytest.raises(BadKeys):
        ServerOptions.of(auth_file=str(file)).secret()


def test_the_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    spoken = ServerOptions(secret_text="correct horse battery\n")
    assert spoken.secret() == "correct horse battery"
    (tmp_path / "secret").write_text("another horse battery")
    both = replace(ServerOptions.of(auth_file=str(tmp_path / "secret")), secret_text="x" * 20)
    assert both.secret() == "another horse battery"  # what is said goes before what lies around
    with pytest.raises(BadKeys, match=f"4 characters in {SECRET_VARIABLE}"):
        ServerOptions(secret_text="four").secret()
    far = replace(
        ServerOptions.of((tmp_path,), bind="0.0.0.0", curve_dir="k"), secret_text="y" * 12
    )
    far.check_bind()


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640])
def test_a_secret_that_others_may_read_is_said(
    mode: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "secret"
    file.write_text("correct horse battery")
    file.chmod(mode)
    assert ServerOptions.of(auth_file=str(file)).secret()
    assert ("chmod 600" in caplog.text) is (mode != 0o600)


def test_every_option_of_live_audio_is_one_that_transports_may_leave_unused() -> None:
    class Noting(dict[str, Value]):
        def __getitem__(self, name: str) -> Value:
            asked.append(name)
            return super().__getitem__(name)

    asked: list[str] = []
    options = ServerOptions(Noting(ServerOptions.of().values))
    assert options.audio == AudioOptions() and asked == list(AUDIO)
    used = {name for one in port_names() for name in load_port(one).USES}
    assert used == set(AUDIO)


def test_options_that_are_set_and_not_used() -> None:
    ServerOptions.of(io="jack", known="drums").refuse_unused(("known",))
    with pytest.raises(BadValue, match=r"--known, --connect with --io none"):
        ServerOptions.of(known="drums", connect="mix=a").refuse_unused(())


LETS_NOBODY_IN = {
    "rate", "block", "channels", "in_device", "out_device", "one_clock", "in_map", "out_map",
    "known", "reastream_id", "reastream_buffer", "meter_rate", "log_level", "priority",
}  # fmt: skip
"""Start options that change neither who may ask, nor what, nor how much."""


@pytest.mark.parametrize("one", SERVER_PARAMETERS, ids=lambda one: str(one.name))
def test_the_security_page_says_what_each_option_lets_in(one: Parameter) -> None:
    page = (Path(__file__).parents[3] / "docs/guide/security.md").read_text(encoding="utf-8")
    table = page.partition("## What each option lets in")[2].partition("\n## ")[0]
    first = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = f"{one.cli_flag}`" in " ".join(first) or f"`{one.cli_flag} " in " ".join(first)
    assert named is (one.name not in LETS_NOBODY_IN)


def test_the_security_page_names_the_folders_and_the_variable() -> None:
    page = (Path(__file__).parents[3] / "docs/guide/security.md").read_text(encoding="utf-8")
    for word in (SECRET_VARIABLE, PLAIN_NAME, *(one for it in MOUNTS.values() for one in it)):
        assert f"`{word}`" in page


def test_known_stems_are_routed_in_or_made_by_models() -> None:
    options = ServerOptions.of(io="jack", known="drums, vocals=@spleeter-2stems,bass")
    assert options.audio.known == ("drums", "bass")
    assert options.made == (("vocals", "spleeter-2stems"),)
    assert ServerOptions.of(known="drums").made == ()
    for text, words in (
        ("drums=drums.wav", "separate"), ("vocals=@", "stem=@model"), ("a,a=@b", "each once"),
    ):  # fmt: skip
        with pytest.raises(BadValue, match=words):
            _ = ServerOptions.of(known=text).made
