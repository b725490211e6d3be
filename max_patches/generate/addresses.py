"""OSC addresses and ranges for the patches, all from the table of parameters."""

from __future__ import annotations

from daw_bridge.settings.parameters import PREFIX, STEM, STREAM_PARAMETERS, Parameter, parameter

STEMS = ("drums", "bass", "guitar", "piano", "vocals", "other")
"""What the shipped models separate, all together."""
OUTPUTS = (*STEMS, "residual")
MODELS = ("song", "band", "band-free", "query", "sams-net")
"""The shipped models."""
PORT = int(parameter("osc_port").default)
"""Where `daw-bridge serve` listens."""
LISTEN = 9000
"""Where a patch listens for answers."""
CHANNELS = {name: (3 + 2 * n, 4 + 2 * n) for n, name in enumerate(OUTPUTS)}
"""Where each output comes back on a virtual sound device of 16 channels; the mix has 1 and 2."""
TAGS = ("strings", "brass", "woodwinds", "keyboards", "guitar", "bass", "drums", "vocals")
"""Some of what a model that listens to tags is asked for."""
TO_SERVER = "dawbridge.to"
FROM_SERVER = "dawbridge.from"
"""The one send and the one receive name of the package."""


def command(name: str) -> str:
    """`status` -> /dawbridge/status."""
    return f"{PREFIX}/{name}"


def of_stem(name: str, stem: str) -> str:
    """("gain", "drums") -> /dawbridge/stem/drums/gain."""
    return f"{PREFIX}/{parameter(f'stem/{STEM}/{name}').name.replace(STEM, stem)}"


def of(name: str) -> str:
    """`refine/steps` -> /dawbridge/refine/steps. Raises UnknownParameter."""
    return f"{PREFIX}/{parameter(name).name}"


def live_parameters() -> tuple[Parameter, ...]:
    """Every parameter that can be set while the server runs."""
    return tuple(one for one in STREAM_PARAMETERS if one.live)
