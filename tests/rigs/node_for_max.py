"""A script of node.script, run by Node with a stand-in for Max's side of it (`max-api`)."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from pathlib import Path

WAIT_S = 60.0
MAX_API = """
const readline = require("readline");
const handlers = {};
exports.addHandler = (name, handler) => { handlers[name] = handler; };
exports.outlet = (...atoms) => {
  process.stdout.write(JSON.stringify(atoms) + "\\n");
  return Promise.resolve();
};
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, ...rest] = JSON.parse(line);
  handlers[name](...rest);
});
"""


class NodeForMax:
    """The script's process: `tell` sends a message to it, `wait_for` reads what it sends out."""

    def __init__(self, script: Path, folder: Path, **environment: str) -> None:
        api = folder / "node_modules" / "max-api"
        api.mkdir(parents=True, exist_ok=True)
        (api / "index.js").write_text(MAX_API)
        known = {**os.environ, "NODE_PATH": str(api.parent), **environment}
        self.process = subprocess.Popen(
            ["node", str(script)], env=known, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.heard: list[list[object]] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def tell(self, *atoms: object) -> None:
        """A message to its inlet."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(atoms) + "\n")
        self.process.stdin.flush()

    def wait_for(self, *atoms: object) -> list[list[object]]:
        """Until this message comes, whose last atom may be a part of a text; all until then."""
        seen: list[list[object]] = []
        while True:
            try:
                seen.append(json.loads(self._lines.get(timeout=WAIT_S)))
            except queue.Empty:
                raise AssertionError(f"{atoms} did not come, but {seen}") from None
            if _is(seen[-1], atoms):
                return seen

    def close(self, how: int = signal.SIGTERM) -> None:
        """As Max does when the patch is closed."""
        self.process.send_signal(how)
        self.process.wait(WAIT_S)
        self._reader.join(WAIT_S)
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()

    def __enter__(self) -> NodeForMax:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _is(message: list[object], wanted: tuple[object, ...]) -> bool:
    *first, last = wanted
    told = message[-1]
    right = last in told if isinstance(last, str) and isinstance(told, str) else last == told
    return message[:-1] == first and right
