"""A pattern file for REAPER (.ReaperOSC) for each shipped model: tracks drive the stems.

REAPER sends what a pattern file names, and nothing else: here the fader, mute and solo of its first
tracks, to the outputs of the same number. Automation moves faders, so a volume envelope is one of a
stem. Keys and flags are those of REAPER's own Default.ReaperOSC: f a number (of a fader: dB), b on
or off as 1.0 or 0.0, @ the track's number.
"""

from __future__ import annotations

from daw_bridge.cli.shipped import chosen
from daw_bridge.settings.parameters import PREFIX, STEM, parameter
from engines.spec import RESIDUAL

_PATTERNS = {
    "TRACK_VOLUME": ("f", "gain"),
    "TRACK_MUTE": ("b", "mute"),
    "TRACK_SOLO": ("b", "solo"),
}
_HEAD = """\
# daw-bridge, model {model}: REAPER's first {count} tracks drive the outputs of the live stems.
# Preferences > Control/OSC/web > Add > OSC (Open Sound Control): this file as the pattern config,
# device IP 127.0.0.1, device port {port}.
#
"""
_FOLLOWS = """\
REAPER_TRACK_FOLLOWS REAPER
DEVICE_TRACK_FOLLOWS DEVICE
DEVICE_TRACK_BANK_FOLLOWS DEVICE
DEVICE_FX_FOLLOWS DEVICE
"""


def files() -> dict[str, bytes]:
    """`reaper/OSC/daw-bridge <model>.ReaperOSC` -> its content, of models that users choose."""
    found = {name: spec.stems for name, spec in sorted(chosen().items())}
    return {
        f"reaper/OSC/daw-bridge {name}.ReaperOSC": patterns(name, stems).encode()
        for name, stems in found.items()
    }


def patterns(model: str, stems: tuple[str, ...]) -> str:
    """The file for a model of these stems; the residual is its last output."""
    outputs = (*stems, RESIDUAL)
    text = _HEAD.format(model=model, count=len(outputs), port=parameter("osc_port").default)
    text += "".join(f"# track {k}: {name}\n" for k, name in enumerate(outputs, 1))
    text += f"\nDEVICE_TRACK_COUNT {len(outputs)}\n{_FOLLOWS}\n"
    return text + "".join(f"{key} {flag}{_address(name)}\n" for key, (flag, name) in
                          _PATTERNS.items())  # fmt: skip


def _address(name: str) -> str:
    """`gain` -> /dawbridge/stem/@/gain."""
    return f"{PREFIX}/{parameter(f'stem/{STEM}/{name}').name.replace(STEM, '@')}"
