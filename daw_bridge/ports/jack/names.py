"""Names of the ports that a stream has in JACK, and what JACK's metadata says of them."""

from __future__ import annotations

from dataclasses import dataclass

DRY = "dry"
MIX = "mix"
MIDI_IN = "midi_in"
_SIDES = {1: (("", ""),), 2: (("_L", " left"), ("_R", " right"))}


@dataclass(frozen=True)
class PortName:
    """One port. `name` in the client, `group` for --connect (mix, known_drums, dry, midi_in).

    `channel` counts from 0 in its group. Metadata: `pretty` name, `group_title`, `order` among
    the client's ports.
    """

    name: str
    group: str
    channel: int
    is_input: bool
    pretty: str
    group_title: str
    order: int
    is_midi: bool = False


def port_names(
    known: tuple[str, ...], outputs: tuple[str, ...], channels: int
) -> tuple[PortName, ...]:
    """Every port of a stream: the mix, known stems, outputs, the delay-matched mix; in order.

    `mix_in_L`, `known_drums_in_L`, `drums_out_L`, `dry_out_L`; one channel has no suffix, more
    than two are numbered from 1.
    """
    sides = _SIDES.get(channels) or tuple((f"_{k}", f" {k}") for k in range(1, channels + 1))
    groups = [
        (MIX, "mix_in", "Mix in", True),
        *((f"known_{one}", f"known_{one}_in", f"Known {one} in", True) for one in known),
        *((one, f"{one}_out", f"{one.capitalize()} out", False) for one in outputs),
        (DRY, "dry_out", "Dry out", False),
    ]
    return tuple(
        PortName(
            f"{stem}{suffix}", group, channel, is_input, f"{title}{words}", title,
            order=row * channels + channel,
        )
        for row, (group, stem, title, is_input) in enumerate(groups)
        for channel, (suffix, words) in enumerate(sides)
    )  # fmt: skip


def midi_port(order: int) -> PortName:
    """The port for MIDI controllers."""
    return PortName(MIDI_IN, MIDI_IN, 0, True, "MIDI in", "MIDI in", order, is_midi=True)


@dataclass(frozen=True)
class Others:
    """Full names of the ports of all other clients, in JACK's order."""

    sources: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    midi_sources: tuple[str, ...] = ()

    def fitting(self, own: PortName) -> tuple[str, ...]:
        """Those that a port of ours can be connected to."""
        if own.is_midi:
            return self.midi_sources
        return self.sources if own.is_input else self.sinks
