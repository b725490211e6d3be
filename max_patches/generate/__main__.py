"""`python -m max_patches.generate`: writes `max_patches/DawBridge` and `max_patches/pd` anew."""

from __future__ import annotations

from max_patches.generate import package
from max_patches.generate.pd import package as pd


def main() -> None:
    """Write them, and say what has changed."""
    for folder, made in ((package.FOLDER, package.files()), (pd.FOLDER, pd.files())):
        changed = package.write(folder, made)
        said = "\n".join(changed) if changed else "nothing has changed"
        print(f"{folder.name}: {said}")


if __name__ == "__main__":
    main()
