"""GMSDI's published SI-SDRi in dB, on Slakh: Postolache et al. 2024 (arXiv 2403.11706).

Other songs, four stems, windows of 4 s, networks of at least 131 million weights: no figure of ours
can be held against these. They say how far one can come.
"""

from __future__ import annotations

GUIDANCE = (3.0, 7.5, 15.0, 24.0)
"""w of table 1; whether scale is w or 1 + w is not published."""

TABLE_1 = {
    "extractor": (7.66, 9.61, 6.00, -0.62),
    "separator (bass)": (8.10, 6.72, -1.09, -20.60),
    "separator (drums)": (9.44, 8.69, -1.48, -21.62),
    "separator (guitar)": (5.82, 4.37, -2.27, -17.49),
    "separator (piano)": (7.60, 6.41, -2.68, -16.90),
}
"""Means over stems, by guidance."""

STEMS = ("bass", "drums", "guitar", "piano")
TABLE_2 = {
    "weakly supervised MSDM": (19.36, 20.90, 14.70, 14.13, 17.27),
    "MSDM": (17.12, 18.68, 15.38, 14.73, 16.48),
    "separator": (9.76, 15.57, 9.13, 9.57, 11.01),
    "extractor": (11.00, 10.55, 9.52, 10.13, 10.30),
    "ensemble": (11.00, 15.57, 9.52, 10.13, 11.56),
}
"""STEMS, and all."""
