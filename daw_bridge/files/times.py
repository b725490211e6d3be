"""Times as people write them: seconds, a clock's, or samples."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from daw_bridge.errors import BadValue

TIME = "seconds, m:ss or h:mm:ss, with decimals, or samples, e.g. 44100samples"
TIMES = ("start", "end")
"""The options that are times."""

_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,9}(?:\.\d{1,12})?|\.\d{1,12})", re.ASCII)
_SAMPLES = re.compile(r"(\d{1,15}) ?samples?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Time:
    """A time that was given: seconds, or samples."""

    seconds: Fraction = Fraction(0)
    samples: int | None = None

    def frames(self, rate_hz: int) -> int:
        """The sample at this time, the nearest one."""
        return round(self.seconds * rate_hz) if self.samples is None else self.samples


def parse_time(name: str, text: str) -> Time | None:
    """`90`, `1:30.5`, `1:02:03` or `44100samples`; None for "". Raises BadValue.

    After a colon, seconds and minutes are below 60.
    """
    text = text.strip()
    if not text:
        return None
    if match := _SAMPLES.fullmatch(text):
        return Time(samples=int(match[1]))
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise BadValue(f"{name} {text!r}", TIME, "For example 90, 1:30 or 1:30.5.")
    hours, minutes, seconds = match.groups()
    over = minutes is not None and Fraction(seconds) >= 60
    if over or (hours is not None and int(minutes) >= 60):
        raise BadValue(f"{name} {text!r}", "less than 60 after a colon", "For example 1:30.")
    return Time(int(hours or 0) * 3600 + int(minutes or 0) * 60 + Fraction(seconds))


def time_text(seconds: float) -> str:
    """Seconds that a program gives as a number, as they would be written: to 12 decimals.

    A float of OSC has more, as 0.1 is 0.10000000149011612 there.
    """
    whole, mark, decimals = f"{Decimal(repr(seconds)):f}".partition(".")
    return whole + mark + decimals[:12]
