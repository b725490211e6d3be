"""`python -m daw_bridge` is `daw-bridge`."""

from daw_bridge.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
