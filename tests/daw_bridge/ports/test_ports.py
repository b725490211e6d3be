"""ports: every folder is a port, and a live stream is what they need."""

from __future__ import annotations

import inspect

import pytest

from daw_bridge.errors import UnknownTransport
from daw_bridge.live.stream import LiveStream
from daw_bridge.ports import AudioPort, Served, load_port
from daw_bridge.settings.parameters import SERVER_PARAMETERS
from daw_bridge.settings.ports import port_names
from tests.rigs.live import settings_of, tiny


def test_an_unknown_port_names_those_there_are() -> None:
    with pytest.raises(UnknownTransport) as caught:
        load_port("tape")
    assert "'tape'" in caught.value.seen
    assert all(name in caught.value.expected for name in ("none", *port_names()))


@pytest.mark.parametrize("name", port_names())
def test_every_port_uses_options_that_there_are(name: str) -> None:
    module = load_port(name)
    assert len(set(module.USES)) == len(module.USES) > 0
    assert set(module.USES) <= {one.name for one in SERVER_PARAMETERS}


@pytest.mark.parametrize("name", port_names())
def test_every_port_has_what_an_audio_port_has(name: str) -> None:
    (kind,) = (
        one
        for one in vars(load_port(name)).values()
        if inspect.isclass(one)
        and one.__name__.endswith("Port")
        and one.__module__.endswith("port")
    )
    methods = {name for name, one in vars(AudioPort).items() if inspect.isfunction(one)}
    public = {name for name in methods if not name.startswith("_")}
    assert public == {"connect", "start", "stop", "describe"}
    for method in public:
        theirs, ours = (inspect.signature(getattr(one, method)) for one in (kind, AudioPort))
        assert theirs.parameters.keys() == ours.parameters.keys()


def test_a_live_stream_is_what_ports_need() -> None:
    model = tiny()
    live = LiveStream(model, settings_of(model, known=("drums",)), 64)
    wanted = {*Served.__annotations__, *(name for name in vars(Served) if name[0] != "_")}
    assert {"process", "reset", "report", "latency_samples", "port_status"} <= wanted
    assert all(hasattr(live, name) for name in wanted)
    assert (live.routed, live.channels) == (("drums",), 2)
