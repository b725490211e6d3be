"""`python -m max_patches.generate.ardour`: writes Ardour's session template anew."""

from __future__ import annotations

from max_patches.generate.ardour.template import FILE, make


def main() -> None:
    """Write it."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(make(), encoding="utf-8")
    print(FILE.name)


if __name__ == "__main__":
    main()
