"""`daw-bridge models triton`: models for a stock Triton Inference Server."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "Write a model repository for a Triton Inference Server, for `--device grpc://...`."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """DIR, MODEL, --force."""
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="Triton's --model-repository.")
    add("models", nargs="*", default=["song"], metavar="MODEL",
        help="Names or paths of models. Default: song.")  # fmt: skip
    add("--force", action="store_true", help="Replace those that are there.")


def run(args: argparse.Namespace) -> int:
    """Write it, and say how to start it.

    Raises NoRemote, FileInTheWay, WriteFailed, EngineError.
    """
    from daw_bridge.remote.load import require_remote

    require_remote()
    from daw_bridge.remote.triton import write_repository

    for path in write_repository(args.folder, args.models, args.force):
        print(path)
    print(f"start it: tritonserver --model-repository {args.folder} --grpc-address 127.0.0.1")
    print("then: --device grpc://127.0.0.1:8001")
    return 0
