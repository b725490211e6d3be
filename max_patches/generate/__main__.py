"""`python -m max_patches.generate`: writes the package `max_patches/DawBridge` anew."""

from __future__ import annotations

from max_patches.generate.package import FOLDER, write


def main() -> None:
    """Write it, and say what has changed."""
    changed = write()
    print("\n".join(changed) if changed else f"{FOLDER.name}: nothing has changed")


if __name__ == "__main__":
    main()
