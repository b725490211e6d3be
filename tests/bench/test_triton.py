"""tests/bench/triton.py, where DAW_BRIDGE_TRITON names an environment with nvidia-pytriton."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENV = os.environ.get("DAW_BRIDGE_TRITON", "")

pytestmark = [
    pytest.mark.triton,
    pytest.mark.skipif(not VENV, reason="DAW_BRIDGE_TRITON names no environment"),
]


def run(*flags: str) -> str:
    command = [sys.executable, "-m", "tests.bench.triton", VENV, "song", *flags]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_bits_of_a_model_here() -> None:
    printed = run("--seconds", "1")
    assert "the network alone, the same bits as here" in printed
    assert printed.count("largest difference 0\n") == 2 and "batches: {" in printed


def test_a_liar_is_refused() -> None:
    assert "answers something else" in run("--liar")
