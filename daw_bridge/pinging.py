"""What `daw-bridge ping` does: noise through a running server, by the way that was asked for."""

from __future__ import annotations

from daw_bridge.errors import NoDevice
from daw_bridge.jack_probe import JackProbe, load_jack
from daw_bridge.probe import Finding, burst, compare

_EXTRA_PERIODS = 4


def through_jack(client: str, declared_samples: int, seconds: float) -> Finding:
    """Through the JACK ports of `client`: input port k takes channel k, all outputs are summed.

    Raises NoDevice, NoAnswer.
    """
    inputs, outputs = _ports(client)
    channels = len(inputs)
    record = [outputs[channel::channels] for channel in range(channels)]
    with JackProbe(inputs, record) as probe:
        signal = burst(int(seconds * probe.rate_hz), channels)
        longest = declared_samples + _EXTRA_PERIODS * probe.block_samples
        heard = probe.play(signal, longest)
        return compare(signal, heard, probe.rate_hz, declared_samples)


def _ports(client: str) -> tuple[list[str], list[str]]:
    """Names of a JACK client's inputs and outputs."""
    jack = load_jack()
    try:
        looker = jack.Client("daw-bridge-look", no_start_server=True)
    except jack.JackOpenError as error:
        raise NoDevice(f"no JACK server ({error})", "a running one", "Start it.") from error
    try:
        inputs, outputs = (
            [port.name for port in looker.get_ports(f"^{client}:", is_audio=True, **side)]
            for side in ({"is_input": True}, {"is_output": True})
        )
    finally:
        looker.close()
    if not inputs or not outputs:
        raise NoDevice(
            f"no ports of {client!r}",
            "the server's inputs and outputs",
            "Start `daw-bridge serve --io device`, or name the client with --jack-client.",
        )
    return inputs, outputs
