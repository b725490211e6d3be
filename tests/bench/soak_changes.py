"""Changes a running stream's parameters every few seconds, in ways that keep sum and latency."""

from __future__ import annotations

import threading
from collections import Counter
from random import Random

from daw_bridge.client import Client
from daw_bridge.errors import BridgeError
from daw_bridge.settings.parameters import Value


class Changer:
    """Sets one thing after another, until it is closed; seeded. Use it with `with`.

    Steps and seed change from the next window on; the residual's place and the window have the
    stream made anew, crossfaded. Outputs still sum to the input, at the same latency.
    `done` counts what was set, `refused` says what was not.
    """

    def __init__(
        self, endpoint: str, stems: tuple[str, ...], every_s: float, seed: int = 0
    ) -> None:
        self._endpoint, self._stems, self._every_s = endpoint, stems, every_s
        self._random = Random(seed)
        self.done: Counter[str] = Counter()
        self.refused: list[str] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def __enter__(self) -> Changer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        with Client(self._endpoint) as client:
            while not self._stopping.wait(self._every_s):
                name, value = self._draw()
                try:
                    client.set({name: value})
                except BridgeError as error:
                    self.refused.append(f"{name} {value}: {error}")
                else:
                    self.done[name] += 1

    def _draw(self) -> tuple[str, Value]:
        draw = self._random
        choices: list[tuple[str, Value]] = [
            ("refine/steps", draw.choice([0, 1, 2])),
            ("gibbs/seed", draw.randrange(1000)),
            ("residual/to", draw.choice(["", "residual", self._stems[0]])),
            ("block/window", draw.choice([0, 44032, 49152])),
        ]
        return draw.choice(choices)
