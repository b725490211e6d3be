"""The table of training costs: sizes and iterations as published, times measured."""

from __future__ import annotations

import pytest

from export.__main__ import main
from export.studies import unet_cost


def test_iterations_are_those_of_table_1() -> None:
    counts = [row.iterations(1000, 4) for row in unet_cost.rows(4)]
    assert counts == [1000, 4000, 4000, 6000]


def test_parameters_are_the_published_ones() -> None:
    assert unet_cost.parameters("m_unet") == 124_448_772
    assert unet_cost.parameters("dedicated_unet") == 4 * 124_448_673
    assert unet_cost.parameters("c_unet") == 162_004_129


def test_the_table_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    main(["unet-cost", "--chunks", "10", "--batch", "1", "--frames", "16", "--steps", "1"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(unet_cost.rows(4))
    for line, row in zip(lines[2:], unet_cost.rows(4), strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells[0] == row.name
        assert float(cells[4]) > 0
