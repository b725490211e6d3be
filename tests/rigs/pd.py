"""Pure Data without a window: a patch around the abstractions, steered and heard over loopback."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from max_patches.generate.pd.objects import ports
from max_patches.generate.pd.package import FOLDER

WAIT_S = 20.0
QUIET = ("-nogui", "-stderr", "-noprefs", "-nrt")
SILENT = ("-noaudio",)
Message = tuple[float | str, ...]


def free_port() -> int:
    """A UDP port of this machine that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        return int(end.getsockname()[1])


class Pd:
    """Pd with `objects`, by names of our own. What they give is in `told`, by (name, outlet).

    `say("name", ...)` sends a message into an object's first inlet; to the name `to` it goes to
    whatever receives the name that comes first. `extra` are lines of the file as they are, before
    all others; their objects have the first numbers.
    """

    def __init__(
        self,
        folder: Path,
        objects: Mapping[str, str],
        flags: Sequence[str] = SILENT,
        env: Mapping[str, str] = os.environ,
        extra: Sequence[str] = (),
    ) -> None:
        self.told: dict[tuple[str, int], list[Message]] = {}
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ear.bind(("127.0.0.1", 0))
        self._ear.settimeout(0.05)
        self._mouth = ("127.0.0.1", free_port())
        self.log = folder / "pd.log"
        patch = folder / "harness.pd"
        patch.write_text(self._patch(objects, extra))
        command = ["pd", *QUIET, *flags, "-path", str(FOLDER), "-open", str(patch)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(command, env=dict(env), stderr=log, stdout=log)

    def _patch(self, objects: Mapping[str, str], extra: Sequence[str]) -> str:
        lines = [one for one in extra if not one.startswith("#X connect")]

        def add(text: str, kind: str = "obj") -> int:
            lines.append(f"#X {kind} 10 {20 * len(lines)} {text};")
            return len(lines) - 1

        joins: list[tuple[int, int, int, int]] = []
        out, begin = add("netsend -u"), add("loadbang")
        to = add(f"connect 127.0.0.1 {self._ear.getsockname()[1]}", "msg")
        up, send, bare = add("up", "msg"), add("list prepend send"), add("list trim")
        joins += [(begin, 0, to, 0), (to, 0, out, 0), (begin, 0, up, 0), (up, 0, send, 0),
                  (send, 0, bare, 0), (bare, 0, out, 0)]  # fmt: skip
        split = add(f"route {' '.join(objects)} to")
        joins.append((add(f"netreceive -u {self._mouth[1]}"), 0, split, 0))
        for number, (name, text) in enumerate(objects.items()):
            one = add(text)
            found = ports(text)
            if found.inlets:
                joins.append((split, number, one, 0))
            for outlet in (n for n, kind in enumerate(found.outlets) if kind != "signal"):
                tag = add(f"list prepend {name} {outlet}")
                joins += [(one, outlet, tag, 0), (tag, 0, send, 0)]
        whole, twice, any_name = add("list"), add("t l l"), add("s")
        name, rest = add("list split 1"), add("list split 1")
        plain, word = add("list trim"), add("symbol")
        joins += [(split, len(objects), whole, 0), (whole, 0, twice, 0), (twice, 1, name, 0),
                  (name, 0, word, 0), (word, 0, any_name, 1), (twice, 0, rest, 0),
                  (rest, 1, plain, 0), (plain, 0, any_name, 0)]  # fmt: skip
        own = [one for one in extra if one.startswith("#X connect")]
        ends = [f"#X connect {a} {n} {b} {m};" for a, n, b, m in joins]
        return "\n".join(["#N canvas 0 0 400 400 12;", *lines, *own, *ends]) + "\n"

    def say(self, *words: float | str) -> None:
        """Send a message to an object by its name."""
        text = " ".join(_escaped(one) for one in words)
        self._ear.sendto(f"{text};\n".encode(), self._mouth)

    def last(self, name: str, outlet: int = 0) -> Message | None:
        """What came last out of an outlet."""
        return self.told.get((name, outlet), [None])[-1]

    def heard(self, name: str, outlet: int, *start: float | str) -> bool:
        """Whether a message that begins so came out of an outlet."""
        return any(one[: len(start)] == start for one in self.told.get((name, outlet), []))

    def listen(self, until: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
        """Hear what Pd says until something is so; AssertionError when it does not come."""
        limit = time.monotonic() + timeout_s
        while not until():
            assert self._process.poll() is None, self.errors()
            assert time.monotonic() < limit, f"{self.told}\n{self.errors()}"
            self.hear()

    def hear(self) -> None:
        """Take what has come within a moment."""
        try:
            data = self._ear.recv(65536)
        except TimeoutError:
            return
        for text in re.split(r"(?<!\\);\s*", data.decode()):
            words = [_atom(one) for one in re.split(r"(?<!\\)\s+", text.strip()) if one]
            if words[:1] == ["symbol"]:
                words = words[1:]
            if len(words) >= 2:
                self.told.setdefault((str(words[0]), int(words[1])), []).append(tuple(words[2:]))
            elif words:
                self.told.setdefault((str(words[0]), 0), []).append(())

    def errors(self) -> str:
        """What Pd has printed, less its word that a busy machine made it wait."""
        lines = self.log.read_text().splitlines(keepends=True)
        return "".join(one for one in lines if not _WAITED.search(one))

    def __enter__(self) -> Pd:
        self.listen(lambda: ("up", 0) in self.told)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._ear.close()


_WAITED = re.compile(r"netsend/netreceive: blocked \d+ msec$")


def _escaped(one: float | str) -> str:
    return re.sub(r"([\s,;\\$])", r"\\\1", one) if isinstance(one, str) else f"{one:g}"


def _atom(word: str) -> float | str:
    try:
        return float(word)
    except ValueError:
        return re.sub(r"\\(.)", r"\1", word)
