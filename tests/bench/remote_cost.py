"""What a window costs at a remote engine on loopback, beside the same window here.

    taskset -c 0 python -m tests.bench.remote_cost song
    python -m tests.bench.remote_cost song --device grpcs://studio:17125 --steps 1 4
    python -m tests.bench.remote_cost song --together 2 4      windows of several streams in one run

Windows are run in turns, here and there, so that what else the machine does counts for both.
Without --device an engine is started here, with one thread. Prints a line for each preset and
number of steps: the median times, the ratio (its 20th percentile and its median), and the bytes of
a call. With --together nothing is remote: so many windows are run as one batch, as an engine joins
those of several streams, and one after another; what is said is the time for each window.
"""

from __future__ import annotations

from contextlib import ExitStack
from time import perf_counter

import numpy as np

from daw_bridge.remote.load import load_model
from daw_bridge.remote.tensors import request_of
from daw_bridge.remote.window_call import WindowCall, answer_arrays, to_arrays
from engines.load import Model
from engines.load import load_model as load_here
from engines.spec import ModelSpec, Preset
from engines.window import Control, Window
from tests.bench.tools import described
from tests.rigs.engines import EngineProcess


def main() -> None:
    """See the module's docstring."""
    parser = described(__doc__)
    parser.add_argument("model")
    parser.add_argument("--device", default="")
    parser.add_argument("--steps", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--together", type=int, nargs="+", default=[])
    given = parser.parse_args()
    if given.together:
        joined(load_here(given.model), given.together, given.rounds)
        return
    with ExitStack() as stack:
        device = given.device or stack.enter_context(EngineProcess(given.model)).device
        here, there = load_here(given.model), load_model(given.model, device)
        print(f"{there.provider}: {there.provider_note}\n")
        print("| preset | steps | here, ms | there, ms | ratio p20 | ratio p50 | kB up | kB down |")
        print("|---|---|---|---|---|---|---|---|")
        for name, preset in here.spec.presets.items():
            for steps in given.steps if here.spec.refines else [1]:
                print(row(here, there, name, preset, steps, given.rounds))


def row(here: Model, there: Model, name: str, preset: Preset, steps: int, rounds: int) -> str:
    """One line of the table. Asserts that the samples are the same."""
    window = window_of(here.spec, preset)
    times = np.array([
        [timed(model, window, steps) for model in (here, there)] for _ in range(rounds)
    ])  # fmt: skip
    ratios = times[:, 1] / times[:, 0]
    call = WindowCall((window,), steps, 0)
    (found,), (wanted,) = (one.method.run([window], Control(steps)) for one in (there, here))
    same = np.array_equal(found.stems, wanted.stems)
    assert same or "same bits" not in there.provider_note
    up = request_of(here.spec.name, to_arrays(call)).ByteSize()
    down = sum(one.nbytes for one in answer_arrays(call, [found]).values())
    here_ms, there_ms = 1000 * np.median(times, axis=0)
    p20, p50 = np.quantile(ratios, [0.2, 0.5])
    return (
        f"| {name} | {steps} | {here_ms:.1f} | {there_ms:.1f} | {p20:.2f} | {p50:.2f} "
        f"| {up / 1000:.0f} | {down / 1000:.0f} |"
    )


def joined(model: Model, numbers: list[int], rounds: int) -> None:
    """Print a line for each preset and number of windows. Asserts that the samples are the same."""
    print("| preset | windows | alone, ms each | together, ms each | ratio p20 | ratio p50 |")
    print("|---|---|---|---|---|---|")
    control = Control(1)
    for name in (one for one in model.spec.presets if one != "offline"):
        window = window_of(model.spec, model.spec.presets[name])
        (wanted,) = model.method.run([window], control)
        for number in numbers:
            windows, times = [window] * number, []
            for _ in range(rounds):
                began = perf_counter()
                for one in windows:
                    model.method.run([one], control)
                between = perf_counter()
                found = model.method.run(windows, control)
                times.append((between - began, perf_counter() - between))
            assert all(np.array_equal(one.stems, wanted.stems) for one in found)
            each = 1000 * np.median(times, axis=0) / number
            p20, p50 = np.quantile([two / one for one, two in times], [0.2, 0.5])
            print(f"| {name} | {number} | {each[0]:.1f} | {each[1]:.1f} | {p20:.2f} | {p50:.2f} |",
                  flush=True)  # fmt: skip


def timed(model: Model, window: Window, steps: int) -> float:
    began = perf_counter()
    model.method.run([window], Control(steps))
    return perf_counter() - began


def window_of(spec: ModelSpec, preset: Preset) -> Window:
    """Noise in one window of a preset."""
    grid, stems = preset.grid, len(spec.stems)
    shape = (spec.channels, grid.window_samples)
    mix = np.random.default_rng(0).standard_normal(shape, np.float32) / 8
    known = np.zeros((stems, *shape), np.float32)
    return Window(mix, known, np.zeros(stems, bool), 0, grid.start, grid.stop, grid.origin(0))


if __name__ == "__main__":
    main()
