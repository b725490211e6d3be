"""OSC time tags and bundles that have one."""

from __future__ import annotations

from daw_bridge.wire.osc_packets import AT_ONCE


def time_tag(wall_s: float) -> int:
    """The OSC time tag of a time in seconds since 1970."""
    return int((wall_s + 2_208_988_800) * 2**32)


def bundle(*elements: bytes, tag: int = AT_ONCE) -> bytes:
    """A bundle of messages and bundles."""
    parts = b"".join(len(one).to_bytes(4, "big") + one for one in elements)
    return b"#bundle\0" + tag.to_bytes(8, "big") + parts
