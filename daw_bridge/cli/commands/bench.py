"""`daw-bridge bench`: what separating costs on this machine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from daw_bridge.cli.flags import add_flags
from daw_bridge.settings.parameters import parameter

HELP = "Measure speed, streaming overhead and memory on this machine."
EXAMPLES = """\
examples:
  daw-bridge bench                        a few minutes: overhead, live, offline, memory
  daw-bridge bench --quick                under a minute, shorter files
  daw-bridge bench --model my.onnx --threads 2 --json
  daw-bridge bench --model my-query.onnx --tags drums,bass

A model that listens to tags is asked for its first one, unless others are named: each is a pass.

A model that samples its stems is asked for its own number of steps (few are refused), on files that
are shorter by it.

The streaming path and its bare network runs and transforms are timed in turns, window by window, so
their ratio also holds on a busy machine.
"""
#: windows timed, seconds of file at 1 and 16 steps, seconds of the short and the long file.
_FULL = (60, 60.0, 30.0, 60.0, 1800.0)
_QUICK = (16, 24.0, 8.0, 24.0, 240.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure with, and how long."""
    parser.add_argument("--quick", action="store_true", help="Fewer windows, shorter files.")
    parser.add_argument("--no-memory", action="store_true", help="Skip the memory runs.")
    parser.add_argument("--json", action="store_true", help="Print one JSON object.")
    parser.add_argument(
        "--tags", default="", metavar="TAGS",
        help="What a model that listens to tags is asked for (default: its first tag).",
    )  # fmt: skip
    names = ("model", "device", "threads", "load/target")
    add_flags(parser, [parameter(name) for name in names])


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    from daw_bridge.cli.signals import StopSignals

    with StopSignals(raising=True):
        results = _measure(args)
    if args.json:
        print(json.dumps(results, indent=2))
        return 0
    from daw_bridge.cli.tables import table

    print(table(("what", "measured", "unit", "aim"), _rows(results)))
    return 0


def _measure(args: argparse.Namespace) -> dict[str, Any]:
    from daw_bridge.cli import benchmark as bench
    from engines.load import load_model
    from engines.tagging import tagged, to_try

    windows, one_s, many_s, short_s, long_s = _QUICK if args.quick else _FULL
    model = load_model(args.model, args.device, args.threads)
    model = tagged(model, args.tags) if args.tags else to_try(model)
    overhead = bench.measure_overhead(model, windows)
    live = bench.measure_live(model, max(4, windows // 4), args.load_target)
    steps = bench.offline_runs(model.spec, one_s, many_s)
    offline = [bench.measure_offline(model, n, seconds) for n, seconds in steps]
    results: dict[str, Any] = {
        "model": model.spec.name,
        "provider": model.provider,
        "threads": args.threads,
        "overhead": asdict(overhead),
        "live": asdict(live),
        "offline": [{**asdict(one), "speed": one.speed} for one in offline],
    }
    if not args.no_memory:
        memory = bench.measure_memory(model, short_s, long_s, args.threads)
        results["memory"] = {**asdict(memory), "ratio": memory.ratio}
    return results


def _rows(results: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    over, live = results["overhead"], results["live"]
    rows = [
        (f"model {results['model']}", results["provider"], f"{results['threads']} threads", ""),
        ("streaming / bare runs and STFTs", f"{over['ratio']:.3f}", "wall clock", "<= 1.05"),
        ("", f"{over['cpu_ratio']:.3f}", "CPU time", "<= 1.05"),
        ("  streaming", f"{over['stream_ms']:.2f}", "ms per window", ""),
        ("  bare network runs", f"{over['network_ms']:.2f}", "ms per window", ""),
        ("  bare STFTs", f"{over['stft_ms']:.2f}", "ms per window", ""),
        (f"live, {live['steps']} steps", f"{live['load']:.3f}", "s of compute per s", "<= 0.70"),
        ("  one window", f"{live['window_ms']:.1f}", f"ms of a {live['hop_ms']:.0f} ms hop", ""),
    ]
    if live["steps_that_fit"]:
        fit = f"in {live['load_target']:.0%} of a hop"
        rows.append(("  one more step", f"{live['step_ms']:.1f}", "ms", ""))
        rows.append(("  steps that fit", str(live["steps_that_fit"]), fit, ">= 2"))
    for one in results["offline"]:
        rows.append((f"offline, {one['steps']} steps", f"{one['speed']:.2f}", "x real time", ""))
    if memory := results.get("memory"):
        pair = (("short_s", "short_mib"), ("long_s", "long_mib"))
        for length, peak in pair:
            name = f"peak memory, file of {memory[length] / 60:g} min"
            rows.append((name, f"{memory[peak]:.0f}", "MiB", ""))
        rows.append(("  long / short", f"{memory['ratio']:.3f}", "", "<= 1.10"))
    return rows
