"""engines.spec and engines.records: a model's description survives storage and refuses nonsense."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engines.errors import SettingsError, SpecError
from engines.settings import stream_settings
from engines.spec import (
    DRAWS,
    ESTIMATES,
    KNOWN,
    WINDOWS,
    ModelSpec,
    Part,
    Port,
    Preset,
    Rest,
    Schedule,
    StatePair,
    StftDomain,
    WaveformDomain,
)
from tests.rigs.tiny_models import LIVE, OFFLINE, STEMS, TIGHT, make_spec

NAMES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,12}", fullmatch=True)
STEM_NAMES = NAMES.filter(lambda name: name not in ("residual", "mix"))
CELLS = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@st.composite
def presets(draw: st.DrawFn, least: int = 1) -> Preset:
    hop = draw(st.integers(1, 100_000))
    ahead = draw(st.integers(0, 50_000))
    fade = draw(st.integers(0, min(hop, ahead + 10)))
    window = max(least, hop + max(ahead, fade)) + draw(st.integers(0, 400_000))
    return Preset(window, hop, ahead, fade, draw(st.integers(1, 1024)))


@st.composite
def stft_domains(draw: st.DrawFn) -> StftDomain:
    fft = 2 * draw(st.integers(2, 4096))
    bands = st.none() | st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9))).map(tuple)
    window, centred = draw(st.sampled_from(WINDOWS)), draw(st.booleans())
    return StftDomain(fft, draw(st.integers(1, fft // 2)), window, centred, draw(bands))


@st.composite
def specs(draw: st.DrawFn) -> ModelSpec:
    stems = tuple(draw(st.lists(STEM_NAMES, min_size=1, max_size=6, unique=True)))
    domain = draw(st.just(WaveformDomain()) | stft_domains())
    least = 1 if isinstance(domain, WaveformDomain) else domain.fft_samples
    conditional = draw(st.booleans())
    rates = draw(st.floats(0.5, 1)), draw(st.floats(0, 0.5)), draw(st.floats(0.01, 1))
    kinds = [draw(st.sampled_from(one)) for one in (ESTIMATES, DRAWS, KNOWN)]
    schedule = Schedule(*rates, *kinds)
    return ModelSpec(
        name=draw(NAMES),
        stems=stems,
        rate_hz=draw(st.integers(1, 400_000)),
        channels=draw(st.integers(1, 8)),
        method=draw(NAMES),
        domain=domain,
        live=draw(presets(least)),
        offline=draw(presets(least)),
        rate_tolerance=draw(st.floats(0, 0.99)),
        conditional=conditional,
        flag_hot=draw(st.sampled_from(("masked", "given"))),
        flag_axis=draw(st.sampled_from(("stem", "time"))),
        schedule=schedule if conditional and draw(st.booleans()) else None,
        residual_to=draw(st.none() | st.sampled_from(stems)),
        licence=draw(st.text()),
        training=draw(st.text()),
        level_db=draw(st.none() | st.floats(-80, 120)),
        figures=tuple(draw(st.lists(st.lists(CELLS, max_size=4).map(tuple), max_size=4))),
    )


@given(specs())
def test_survives_json(spec: ModelSpec) -> None:
    assert ModelSpec.from_json(spec.to_json()) == spec


@given(specs(), st.data())
def test_missing_field_is_named(spec: ModelSpec, data: st.DataObject) -> None:
    record = json.loads(spec.to_json())
    name = data.draw(st.sampled_from(("name", "stems", "rate_hz", "channels", "domain", "live")))
    del record[name]
    with pytest.raises(SpecError, match=name):
        ModelSpec.from_json(json.dumps(record))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.sampled_from([None, *json.loads(make_spec().to_json())]))
@example([[{}]], "figures")  # an object where a text or a number should be
def test_any_json_is_accepted_or_refused_with_our_error(value: object, field: str | None) -> None:
    record = json.loads(make_spec().to_json())
    text = json.dumps(value) if field is None else json.dumps(record | {field: value})
    try:
        ModelSpec.from_json(text)
    except SpecError as error:
        assert error.code == "model_spec"


def test_refuses_bottomless_json() -> None:
    with pytest.raises(SpecError):
        ModelSpec.from_json("[" * 100_000)


@given(st.text())
def test_any_text_is_accepted_or_refused_with_our_error(text: str) -> None:
    with pytest.raises(SpecError):
        ModelSpec.from_json(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"stems": ()},
        {"stems": ("a", "a")},
        {"stems": ("residual",)},
        {"stems": ("Drums",)},
        {"stems": ("../x",)},
        {"name": "a/b"},
        {"rate_hz": 0},
        {"channels": 0},
        {"rate_tolerance": 1.0},
        {"rate_tolerance": float("nan")},
        {"level_db": float("nan")},
        {"level_db": float("inf")},
        {"level_db": float("-inf")},
        {"level_db": -80.1},
        {"level_db": 121.0},
        {"flag_hot": "hot"},
        {"flag_axis": "frequency"},
        {"residual_to": "choir"},
        {"schedule": Schedule()},
        {"version": 1},
        {"version": 3},
        {"figures": (("SDR", float("nan")),)},
        {"domain": WaveformDomain(length_base_samples=100, length_step_samples=7)},
        {"domain": StftDomain(fft_samples=4096, hop_samples=1024)},
    ],
)
def test_refuses(changes: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        make_spec(**changes)


@pytest.mark.parametrize(
    ("window", "hop", "ahead", "fade", "steps"),
    [(10, 0, 0, 0, 1), (10, 8, 3, 0, 1), (10, 4, -1, 0, 1), (20, 4, 9, 5, 1), (10, 4, 0, 0, 0)],
)
def test_refuses_presets(window: int, hop: int, ahead: int, fade: int, steps: int) -> None:
    with pytest.raises(SpecError):
        Preset(window, hop, ahead, fade, steps)


@pytest.mark.parametrize(
    "arguments",
    [
        (1.1, 0, 0.9),
        (0.5, 0.6, 0.9),
        (1, 0, 0),
        (1, -0.1, 1),
        (1, 0, 1, "best"),
        (1, 0, 1, "last", "coin"),
    ],
)
def test_refuses_schedules(arguments: tuple[float, float, float]) -> None:
    with pytest.raises(SpecError):
        Schedule(*arguments)


@pytest.mark.parametrize("arguments", [(127, 32), (128, 65), (128, 0), (0, 0), (128, 32, "box")])
def test_refuses_stfts(arguments: tuple[int, int]) -> None:
    with pytest.raises(SpecError):
        StftDomain(*arguments)


def test_presets_are_those_the_model_has() -> None:
    assert make_spec().presets == {"balanced": LIVE, "offline": OFFLINE}
    spec = make_spec(tight=TIGHT, quality=LIVE)
    assert list(spec.presets) == ["tight", "balanced", "quality", "offline"]
    assert ModelSpec.from_json(spec.to_json()) == spec
    assert stream_settings(spec, 44100, 2, preset="tight").grid == TIGHT.grid
    with pytest.raises(SettingsError, match=r"'tight' for model tiny.*balanced, offline"):
        stream_settings(make_spec(), 44100, 2, preset="tight")
    odd = Preset(300, 64, 32, 32)
    with pytest.raises(SpecError, match="window_samples 300"):
        make_spec(domain=WaveformDomain(256, 256), live=OFFLINE, tight=odd)


def test_an_impossible_level_is_refused_in_our_words() -> None:
    for level_db in ("NaN", "Infinity", "-Infinity", "-1000", "1e9", '"loud"', "true"):
        record = json.loads(make_spec().to_json())
        text = json.dumps(record | {"level_db": "@"}).replace('"@"', level_db)
        with pytest.raises(SpecError, match="level_db"):
            ModelSpec.from_json(text)
    assert ModelSpec.from_json(json.dumps(record | {"level_db": -17})).level_db == -17.0


def test_newer_version_says_update() -> None:
    record = json.loads(make_spec().to_json()) | {"version": 3, "novelty": 1}
    with pytest.raises(SpecError, match="update daw-bridge"):
        ModelSpec.from_json(json.dumps(record))


@given(st.integers(1, 10**6))
def test_valid_window_is_the_next_one(samples: int) -> None:
    domain = WaveformDomain(length_base_samples=852, length_step_samples=256)
    valid = domain.valid_window(samples)
    assert valid >= samples and (valid - 852) % 256 == 0
    assert valid - 256 < max(samples, 852 - 255)


NEW_FIELDS = ("ports", "batch_max", "answer", "wiener", "parts", "rest", "state", "context")


def test_a_spec_of_version_1_is_one_of_version_2() -> None:
    """As the models say that were made before it: no field of the new ones, in no domain."""
    for spec in (make_spec(), make_spec(domain=StftDomain(128, 32), method="mask")):
        record = json.loads(spec.to_json()) | {"version": 1}
        for name in NEW_FIELDS:
            del record[name]
        old = ("kind", "fft_samples", "hop_samples", "window", "centred", "bands")
        if record["domain"]["kind"] == "stft":
            record["domain"] = {name: record["domain"][name] for name in old}
        assert ModelSpec.from_json(json.dumps(record)) == spec


@pytest.mark.parametrize("version", [0, 3, True, "2", None, 2.0])
def test_other_versions_are_refused(version: object) -> None:
    record = json.loads(make_spec().to_json()) | {"version": version}
    with pytest.raises(SpecError, match="version 1 or 2"):
        ModelSpec.from_json(json.dumps(record))


COMPLEX = StftDomain(128, 32, values="complex")


@pytest.mark.parametrize(
    "changes",
    [
        {"ports": (Port("spec", "x", "B C F T"),)},
        {"ports": (Port("mix", "x", "B C F T"),)},
        {"ports": (Port("mix", "x", "B T"),)},
        {"ports": (Port("mix", "x", "C T"),)},
        {"ports": (Port("stems", "x", "B C T"),)},
        {"ports": (Port("mix", "x", "B C T"), Port("mix", "y", "B C T"))},
        {"ports": (Port("given", "x", "B S C T"),)},
        {"batch_max": -1},
        {"answer": "mask"},
        {"answer": "spectrum", "domain": StftDomain(128, 32)},
        {"answer": "ratio", "domain": COMPLEX},
        {"answer": "guess", "domain": StftDomain(128, 32)},
        {"wiener": 2, "domain": StftDomain(128, 32)},
        {"wiener": 1},
        {"wiener": 1, "domain": COMPLEX},
        {"rest": Rest("choir")},
        {"rest": Rest("drums"), "stems": ("drums",)},
        {"parts": (Part("a.onnx", (("drums", 0),)),)},
        {"parts": (Part("a.onnx", tuple((one, k) for k, one in enumerate(STEMS))),) * 2},
        {"parts": (Part("a.onnx", (*((one, k) for k, one in enumerate(STEMS)), ("choir", 4))),)},
        {"state": (StatePair("a", "b"), StatePair("a", "c"))},
        {"context": "noise"},
        {"conditional": True, "domain": COMPLEX},
        {"conditional": True, "rest": Rest("drums")},
        {"conditional": True, "domain": StftDomain(128, 32), "answer": "ratio"},
        {"domain": StftDomain(128, 32, frames_base=4, frames_step=4), "batch_max": 1},
    ],
)
def test_refuses_what_contradicts_itself(changes: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        make_spec(**changes)


def test_axes_of_length_1_may_be_left_out() -> None:
    one = make_spec(
        stems=("voice", "noise"), channels=1, batch_max=1, domain=COMPLEX, rest=Rest("noise"),
        ports=(Port("spec", "mix", "F T ri"), Port("spec_stems", "enh", "B F T ri")),
    )  # fmt: skip
    assert one.graph_stems == ("voice",) and one.answers_with == "spectrum"
    assert [port.name for port in one.all_ports] == ["mix", "enh"]
    parts = tuple(Part(f"{name}.onnx", ((name, 0),)) for name in STEMS)
    made = make_spec(parts=parts, ports=(Port("stems", "y", "B C T"),))
    assert ModelSpec.from_json(made.to_json()) == made


def test_rate_tolerance() -> None:
    spec = make_spec()
    assert spec.suits_rate(44100) and spec.suits_rate(48000) and spec.suits_rate(40000)
    assert not spec.suits_rate(49000) and not spec.suits_rate(32000)
    assert not replace(spec, rate_tolerance=0.0).suits_rate(48000)
