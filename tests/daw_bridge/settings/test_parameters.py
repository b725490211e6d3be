"""The parameter table."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.settings.parameters import (
    PARAMETERS,
    SERVER_PARAMETERS,
    STREAM_PARAMETERS,
    Parameter,
    every_name,
    parameter,
    resolve,
    table_name,
)

ALL = pytest.mark.parametrize("one", PARAMETERS, ids=lambda one: one.name)


def test_names_flags_and_addresses_are_unique() -> None:
    for field in ("name", "key", "cli_flag", "osc_address"):
        found = [getattr(one, field) for one in PARAMETERS if getattr(one, field)]
        assert len(set(found)) == len(found), field
    for field in ("names", "flags", "keys"):
        found = [each for one in PARAMETERS for each in getattr(one, field)]
        assert len(set(found)) == len(found), field


@ALL
def test_default_is_allowed_and_help_is_a_sentence(one: Parameter) -> None:
    assert one.check(one.default) == one.default
    assert one.help[0].isupper() or one.help[0].isdigit()
    assert one.help.endswith(".")


@ALL
def test_only_start_options_have_no_address(one: Parameter) -> None:
    assert (one.osc_address is None) == (one in SERVER_PARAMETERS)
    assert not (one.live and one.fixed)


def test_published_addresses_stay() -> None:
    names = ("model", "refine/steps", "refine/seed", "block/preset", "block/hop", "block/window",
             "block/lookahead", "bypass", "stem/<name>/gain", "stem/<name>/mute",
             "stem/<name>/solo", "stem/<name>/known", "residual/to", "query/tag", "device",
             "load/target")  # fmt: skip
    assert [one.osc_address for one in STREAM_PARAMETERS] == [f"/dawbridge/{one}" for one in names]
    assert [one.name for one in STREAM_PARAMETERS if not one.live] == ["device", "load/target"]
    assert [one.name for one in STREAM_PARAMETERS if one.per_stem] == [
        name for name in names if "<name>" in name
    ]


@ALL
@given(
    value=st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.binary(), st.booleans())
)
def test_anything_is_checked_or_refused_in_words(one: Parameter, value: object) -> None:
    try:
        checked = one.check(value)
    except BadValue as error:
        assert one.name in str(error)
        return
    assert {"i": int, "f": float, "s": str}[one.type] is type(checked)
    assert not isinstance(checked, float) or math.isfinite(checked)


def test_numbers() -> None:
    steps = parameter("refine/steps")
    assert steps.check(3.0) == 3  # as Max sends it
    assert steps.parse("12") == 12
    for bad in (-1, 4097, 2.5, "many", True.__class__):
        with pytest.raises(BadValue, match="0 to 4096"):
            steps.check(bad)
    with pytest.raises(BadValue, match="-120 to 24 dB"):
        parameter("stem/<name>/gain").check(float("nan"))
    for silent in (-120.5, -150, float("-inf")):  # as REAPER's faders send it at their end
        assert parameter("stem/<name>/gain").check(silent) == -120.0
    with pytest.raises(BadValue, match="-120 to 24 dB"):
        parameter("stem/<name>/gain").check(24.5)
    with pytest.raises(BadValue, match="one of auto, cpu, cuda"):
        parameter("device").parse("gpu")


def test_earlier_names_and_flags_stay_good() -> None:
    steps, seed = parameter("refine/steps"), parameter("refine/seed")
    assert steps.flags == ("--steps", "--gibbs") and seed.flags == ("--seed",)
    assert steps.keys == ("refine_steps", "gibbs_steps")
    assert parameter("gibbs/steps") is steps and resolve("gibbs/seed") == (seed, "")
    assert table_name("gibbs/steps") == table_name("refine/steps") == "refine/steps"
    assert every_name("gibbs/steps") == every_name("refine/steps") == steps.names
    assert every_name("stem/drums/gain") == ("stem/drums/gain",)
    assert not any(one.per_stem and one.aliases for one in PARAMETERS)  # every_name relies on it
    assert table_name("nothing") == "nothing"


@given(st.text())
def test_only_what_has_a_name_is_renamed(name: str) -> None:
    known = {each for one in PARAMETERS for each in one.names}
    assert name in known or table_name(name) == name


def test_resolve() -> None:
    assert resolve("model") == (parameter("model"), "")
    assert resolve("stem/drums/gain") == (parameter("stem/<name>/gain"), "drums")
    for bad in (
        "",
        "stem",
        "stem/drums",
        "stem//gain",
        "stem/drums/pan",
        "osc_port",
        "stem/<name>/gain/x",
    ):
        with pytest.raises(UnknownParameter):
            resolve(bad)


def test_a_number_beyond_all_floats_is_refused() -> None:
    for huge in (10**400, -(10**400)):
        with pytest.raises(BadValue):
            parameter("stem/<name>/gain").check(huge)


def test_a_choice_may_be_in_capitals() -> None:
    device = parameter("device")
    assert (device.check("CUDA"), device.parse("Cpu")) == ("cuda", "cpu")
    with pytest.raises(BadValue, match="device = 'GPU'; expected one of auto, cpu, cuda"):
        device.check("GPU")
