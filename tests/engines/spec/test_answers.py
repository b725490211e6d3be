"""engines.spec.answers: what a graph may say of the stems' STFT."""

from __future__ import annotations

import pytest

from engines.errors import SpecError
from engines.spec import HybridDomain, StftDomain, WaveformDomain
from engines.spec.answers import answers, check_answer

COMPLEX = StftDomain(128, 32, values="complex")
DOMAINS = {
    "samples": (WaveformDomain(), ()),
    "magnitudes": (StftDomain(), ("mask", "magnitude", "ratio")),
    "complex": (COMPLEX, ("spectrum", "mask")),
    "hybrid": (HybridDomain(COMPLEX), ("spectrum",)),
}


@pytest.mark.parametrize("name", DOMAINS)
def test_each_domain_has_its_answers(name: str) -> None:
    domain, wanted = DOMAINS[name]
    assert answers(domain) == wanted
    for one in (None, "mask", "spectrum", "magnitude", "ratio", ""):
        if one is None or one in wanted:
            check_answer(one, 0, domain)
        else:
            with pytest.raises(SpecError, match="answer"):
                check_answer(one, 0, domain)
    if name == "magnitudes":
        check_answer("ratio", 1, domain)
    else:
        with pytest.raises(SpecError, match="wiener"):
            check_answer(None, 1, domain)
