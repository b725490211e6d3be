"""engines.spec.ports: layouts as words of axes."""

from __future__ import annotations

import pytest

from engines.errors import SpecError
from engines.spec import HybridDomain, Port, StftDomain, WaveformDomain
from engines.spec.ports import axes_of, default_ports

COMPLEX = StftDomain(128, 32, values="complex")


def test_a_layout_is_read() -> None:
    assert Port("spec", "x", "B (C ri) F T").groups == (("B",), ("C", "ri"), ("F",), ("T",))
    assert Port("spec", "x", "(B S C) F  T ri").groups[0] == ("B", "S", "C")
    assert Port("flags", "x", "B S").groups == (("B",), ("S",))


@pytest.mark.parametrize(
    "layout", ["", "B C Q", "B C C T", "B (C T", "B C) T", "B ((C ri)) F T", "B () T", "b c t"]
)
def test_a_layout_that_is_none_is_refused(layout: str) -> None:
    with pytest.raises(SpecError, match="layout"):
        Port("mix", "x", layout)


def test_a_role_or_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(SpecError, match="role 'input'"):
        Port("input", "x", "B C T")
    with pytest.raises(SpecError, match="name"):
        Port("mix", "", "B C T")


@pytest.mark.parametrize("domain", [WaveformDomain(), StftDomain(), COMPLEX, HybridDomain(COMPLEX)])
@pytest.mark.parametrize("flag_axis", ["stem", "time"])
def test_the_usual_ports_have_the_axes_of_their_roles(
    domain: WaveformDomain | StftDomain | HybridDomain, flag_axis: str
) -> None:
    for conditional in (False, True):
        for port in default_ports(domain, conditional, flag_axis):
            have = [axis for group in port.groups for axis in group]
            assert sorted(have) == sorted(axes_of(port.role, domain, flag_axis))
