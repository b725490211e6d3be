"""What several scripts of this folder need."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import thread_time


def described(text: str | None) -> argparse.ArgumentParser:
    """A command line whose help is the script's docstring, line by line."""
    return argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU time of this thread for `work`."""
    started = thread_time()
    work()
    return thread_time() - started
