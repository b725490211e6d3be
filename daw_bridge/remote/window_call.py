"""The call of the window form: windows and how much to refine, as arrays; their stems, as arrays.

In: `mix (B, C, W)`; `cut (B, 7)`, whose columns are CUT; where stems are known `known_mask (B, S)`
and `known (N, C, W)`, one for each that is known; where the method has a state `state:NAME`, B
rows, and `power (B,)`, of the follower, NaN for a new one.

Out: `stems (B, S, C, stop - start)`; `counts (B, 2)`, steps and network calls; `heard (B, S)` of a
steered model; the state and the power after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daw_bridge.errors import BadMessage
from engines.level import Follower
from engines.spec import ModelSpec
from engines.types import Audio
from engines.window import Control, Estimate, State, Window

CUT = ("index", "start", "stop", "origin", "steps", "seed", "most")
"""`most`: after so many calls of `proceed` the window is done; 0: after all its steps."""
MOST_WINDOWS = 64
MOST_STEPS = 4096
MOST_CALLS = 1 << 20
MOST_INDEX, MOST_ORIGIN = 1 << 62, 1 << 48

Arrays = dict[str, NDArray[Any]]
_STATE = "state:"


@dataclass(frozen=True)
class WindowCall:
    """Windows of one size, start and stop; all have these steps and this seed."""

    windows: tuple[Window, ...]
    steps: int
    seed: int
    most: int = 0

    @property
    def form(self) -> tuple[object, ...]:
        """Calls that agree in this can be run together: some methods look at one mask alone."""
        first = self.windows[0]
        known = [one.known_mask.tobytes() for one in self.windows]
        alone = known[0] if len(set(known)) == 1 else id(self)
        stateful = first.state is not None
        rest = self.steps, self.seed, self.most, stateful, alone
        return first.mix.shape, first.start, first.stop, *rest

    @property
    def control(self) -> Control:
        """What the method is given."""
        most = self.most
        return Control(self.steps, self.seed, lambda done, steps: not most or done < most)


def to_arrays(call: WindowCall) -> Arrays:
    """What is sent."""
    windows = call.windows
    rest = (call.steps, call.seed, call.most)
    cut = [(one.index, one.start, one.stop, one.origin, *rest) for one in windows]
    found: Arrays = {"mix": _stack([one.mix for one in windows]), "cut": np.array(cut, np.int64)}
    masks = np.stack([one.known_mask for one in windows])
    if masks.any():
        found["known_mask"] = masks
        found["known"] = np.concatenate([one.known[one.known_mask] for one in windows])
    if windows[0].state is not None:
        found |= _state_arrays([one.state or {} for one in windows])
    if windows[0].follower is not None:
        found["power"] = _powers(windows)
    return found


def from_arrays(arrays: Arrays, spec: ModelSpec, fresh: State | None) -> WindowCall:
    """What has come, checked against the model, whose method's `new_state()` is `fresh`.

    Raises BadMessage.
    """
    stateful = fresh is not None
    mix, cut = _taken(arrays, "mix", np.float32, 3), _taken(arrays, "cut", np.int64, 2)
    items, channels, length = mix.shape
    _require(1 <= items <= MOST_WINDOWS, f"{items} windows", f"1 to {MOST_WINDOWS}")
    _require(channels == spec.channels, f"{channels} channels", f"{spec.channels}")
    _require(length == spec.valid_window(length), f"a window of {length}", "a valid length")
    _require(cut.shape == (items, len(CUT)), f"cut {cut.shape}", f"({items}, {len(CUT)})")
    shared = cut[:, [1, 2, 4, 5, 6]]
    _require(bool((shared == shared[0]).all()), "windows of several forms", "one form")
    start, stop, steps, seed, most = shared[0].tolist()
    _require(0 <= start < stop <= length, f"the part {start} to {stop}", f"in 0 to {length}")
    _require(1 <= steps <= MOST_STEPS, f"{steps} steps", f"1 to {MOST_STEPS}")
    _require(0 <= seed < 2**31 and 0 <= most <= MOST_STEPS, f"seed {seed}, most {most}",
             f"numbers from 0, and most up to {MOST_STEPS}")  # fmt: skip
    indices, origins = cut[:, 0], cut[:, 3]
    _require(bool(((indices >= 0) & (indices < MOST_INDEX)).all()), "an index", "one from 0")
    holds = bool(((origins > -MOST_ORIGIN) & (origins < MOST_ORIGIN)).all())
    _require(holds, "an origin", "one within 2^48 samples of the beginning")
    masks, known = _known(arrays, items, len(spec.stems), (channels, length))
    states = _states(arrays, items, fresh)
    powers = _powers_of(arrays, items) if stateful else np.zeros(items)
    windows = tuple(
        Window(
            mix[k], known[k], masks[k], int(cut[k, 0]), start, stop, int(cut[k, 3]),
            state=states[k], follower=_follower(float(powers[k])) if stateful else None,
        )
        for k in range(items)
    )  # fmt: skip
    return WindowCall(windows, steps, seed, most)


def answer_arrays(call: WindowCall, estimates: Sequence[Estimate]) -> Arrays:
    """What is answered; the windows' followers have gone on by now."""
    counts = [(one.steps, one.network_calls) for one in estimates]
    found: Arrays = {
        "stems": _stack([one.stems for one in estimates]),
        "counts": np.array(counts, np.int64),
    }
    if estimates[0].heard:
        found["heard"] = np.array([one.heard for one in estimates], np.float64)
    if estimates[0].state is not None:
        found |= _state_arrays([one.state or {} for one in estimates])
    if call.windows[0].follower is not None:
        found["power"] = _powers(call.windows)
    return found


def estimates_of(call: WindowCall, arrays: Arrays, stems: int) -> list[Estimate]:
    """The estimates that have come, whose windows' followers go on as they did there.

    Raises BadMessage.
    """
    first, items = call.windows[0], len(call.windows)
    found, counts = _taken(arrays, "stems", np.float32, 4), _taken(arrays, "counts", np.int64, 2)
    shape = (items, stems, len(first.mix), first.stop - first.start)
    _require(found.shape == shape, f"stems {found.shape}", f"{shape}")
    _require(counts.shape == (items, 2), f"counts {counts.shape}", f"({items}, 2)")
    calls, most = counts[:, 1], max(counts[:, 0].tolist())
    holds = counts.min() >= 0 and most <= call.steps and calls.max() <= MOST_CALLS
    _require(bool(holds), f"counts {counts[0].tolist()}", f"steps of {call.steps}, and calls")
    # Empty before the first answer: that one says what a state of this model is.
    states = _states(arrays, items, first.state)
    stateful = first.state is not None
    _require(not stateful or bool(states[0]), "an answer without a state", "the state after it")
    heard = _taken(arrays, "heard", np.float64, 2) if "heard" in arrays else np.zeros((items, 0))
    _require(heard.shape in ((items, 0), (items, stems)), f"heard {heard.shape}",
             f"({items}, {stems})")  # fmt: skip
    if first.follower is not None:
        powers = _powers_of(arrays, items)
        for window, power in zip(call.windows, powers.tolist(), strict=True):
            assert window.follower is not None
            window.follower.power = None if np.isnan(power) else power
    # A copy: what has come cannot be written to, and streams write known stems into it.
    audio = found.copy()
    return [
        Estimate(
            audio[k], int(counts[k, 0]), int(counts[k, 1]), states[k], tuple(heard[k].tolist())
        )
        for k in range(items)
    ]


def _known(
    arrays: Arrays, items: int, stems: int, form: tuple[int, int]
) -> tuple[NDArray[np.bool_], Audio]:
    """Masks (B, S) and stems (B, S, C, W), zero where they are not known."""
    known = np.zeros((items, stems, *form), np.float32)
    if "known_mask" not in arrays:
        return np.zeros((items, stems), bool), known
    masks, given = _taken(arrays, "known_mask", np.bool_, 2), _taken(arrays, "known", np.float32, 3)
    _require(masks.shape == (items, stems), f"known_mask {masks.shape}", f"({items}, {stems})")
    wanted = (int(masks.sum()), *form)
    _require(given.shape == wanted, f"known {given.shape}", f"{wanted}")
    known[masks] = given
    return masks, known


def _states(arrays: Arrays, items: int, like: State | None) -> list[State | None]:
    """{} for windows that begin a signal; otherwise of the names and shapes of `like`, if it has
    any; None where that is."""
    if like is None:
        return [None] * items
    rows = {name: one for name, one in arrays.items() if name.startswith(_STATE)}
    for name, one in rows.items():
        holds = one.dtype == np.float32 and one.ndim >= 1 and len(one) == items
        _require(holds, f"{name} {one.dtype} {one.shape}", f"{items} rows of float32")
    found = {name[len(_STATE) :]: one for name, one in rows.items()}
    seen = {name: one.shape[1:] for name, one in found.items()}
    wanted = {name: one.shape for name, one in like.items()}
    _require(not seen or not wanted or seen == wanted, f"a state of {seen}"[:400], f"{wanted}")
    return [{name: one[k] for name, one in found.items()} for k in range(items)]


def _powers_of(arrays: Arrays, items: int) -> NDArray[np.float64]:
    powers = _taken(arrays, "power", np.float64, 1)
    _require(len(powers) == items, f"{len(powers)} powers", f"{items}")
    holds = np.isnan(powers) | ((powers >= 0) & np.isfinite(powers))
    _require(bool(holds.all()), "a power below 0, or infinite", "a number from 0, or NaN")
    return powers


def _state_arrays(states: Sequence[State]) -> Arrays:
    return {_STATE + name: _stack([one[name] for one in states]) for name in states[0]}


def _powers(windows: Sequence[Window]) -> NDArray[np.float64]:
    found = [None if one.follower is None else one.follower.power for one in windows]
    return np.array([np.nan if power is None else power for power in found], np.float64)


def _follower(power: float) -> Follower:
    return Follower(None if np.isnan(power) else power)


def _stack(parts: Sequence[Audio]) -> Audio:
    """Without a copy for one."""
    return parts[0][None] if len(parts) == 1 else np.stack(parts)


def _taken(arrays: Arrays, name: str, kind: type[np.generic], axes: int) -> NDArray[Any]:
    found = arrays.get(name)
    expected = f"{np.dtype(kind)} of {axes} axes"
    _require(found is not None, f"no {name!r}", expected)
    assert found is not None
    holds = found.dtype == kind and found.ndim == axes
    _require(holds, f"{name} {found.dtype} {found.shape}", expected)
    return found


def _require(holds: bool, seen: str, expected: str) -> None:
    if not holds:
        raise BadMessage(seen, expected, "Both ends need the same version of daw-bridge.")
