"""What a graph says of its stems' STFT, and how the stems are made of it."""

from __future__ import annotations

from engines.spec.checks import one_of, require
from engines.spec.domains import Domain, HybridDomain, WaveformDomain

ANSWERS = ("mask", "spectrum", "magnitude", "ratio")
"""Masks for the mix; the stems' spectra; their magnitudes, which get the mix's phase; or magnitudes
whose squares, over the sum of all stems' squares, are masks for the mix."""
WIENER = (0, 1)
"""Iterations of expectation maximisation."""


def answers(domain: Domain) -> tuple[str, ...]:
    """What graphs of this domain may answer with, the usual first; () for samples alone."""
    if isinstance(domain, WaveformDomain):
        return ()
    if isinstance(domain, HybridDomain):
        return ("spectrum",)
    return ("spectrum", "mask") if domain.values == "complex" else ("mask", "magnitude", "ratio")


def check_answer(answer: str | None, wiener: int, domain: Domain) -> None:
    """Raises SpecError where the domain's graphs cannot answer so."""
    choices = answers(domain)
    seen = f"answer {answer!r} in the domain {domain.kind}"
    expected = "null" + "".join(f", {one}" for one in choices)
    require(answer is None or answer in choices, seen, expected)
    one_of(wiener, WIENER, "wiener")
    holds = not wiener or "magnitude" in choices
    require(holds, f"wiener {wiener} in the domain {domain.kind}", "an STFT's magnitudes, or 0")
