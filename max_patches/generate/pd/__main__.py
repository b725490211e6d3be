"""`python -m max_patches.generate.pd --deken FOLDER`: the package for Pd's index, Deken."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from max_patches.generate.pd.deken import write_deken


def main(words: Sequence[str] | None = None) -> None:
    """Write it, and say what has been written."""
    parser = argparse.ArgumentParser(prog="python -m max_patches.generate.pd", description=__doc__)
    parser.add_argument(
        "--deken", type=Path, metavar="FOLDER", required=True,
        help="The folder that gets the package, its hash and its list of objects.",
    )  # fmt: skip
    for path in write_deken(parser.parse_args(words).deken):
        print(path)


if __name__ == "__main__":
    main()
