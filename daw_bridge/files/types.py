"""What an offline job is asked, and what it tells while it runs. Frozen, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daw_bridge.errors import BadValue
from daw_bridge.files.audio import FORMATS, audio_format
from daw_bridge.settings.names import check_names


@dataclass(frozen=True)
class SeparateRequest:
    """Separate one file into `out_dir/<song>/<stem><suffix>`. Raises BadValue.

    `song` "": the file's name without its suffix. `steps`, `window_samples`, `hop_samples` 0 and
    `lookahead_samples` -1: the model's offline preset (samples at the model's rate). `threads` 0:
    all cores. `stems` (): all; what the files asked for leave over is on the residual. `known`:
    (stem, file) pairs. `pairs`: channel numbers from 0, one or two each; needed above two channels.
    `residual_to` "": the model's own choice. `residual` False: what no stem claims is not written.
    """

    source: Path
    out_dir: Path
    song: str = ""
    model: str = "song"
    steps: int = 0
    seed: int = 0
    device: str = "auto"
    threads: int = 0
    window_samples: int = 0
    hop_samples: int = 0
    lookahead_samples: int = -1
    stems: tuple[str, ...] = ()
    known: tuple[tuple[str, Path], ...] = ()
    format: str = next(iter(FORMATS))
    pairs: tuple[tuple[int, ...], ...] = ()
    residual_to: str = ""
    residual: bool = True
    force: bool = False

    def __post_init__(self) -> None:
        audio_format(self.format)
        self._check_paths()
        self._check_song()
        action = "The residual is written unless --no-residual is given."
        check_names("stems", self.stems, action)
        check_names("known", tuple(name for name, _ in self.known), action)
        if self.residual_to and not self.residual:
            raise BadValue(
                f"residual to {self.residual_to!r} and no residual", "one of the two", "Drop one."
            )

    @property
    def song_name(self) -> str:
        """The name of the folder that the stems go into."""
        return self.song or self.source.stem

    def _check_paths(self) -> None:
        for path in (self.source, self.out_dir, *(path for _, path in self.known)):
            if "\0" in str(path):
                raise BadValue(f"path {str(path)!r}", "one without a NUL", "Check it.")

    def _check_song(self) -> None:
        name = self.song_name
        if name in ("", ".", "..") or any(c in name for c in "/\\\0"):
            raise BadValue(f"song name {name!r}", "a plain folder name", "Rename the file.")


@dataclass(frozen=True)
class Progress:
    """`fraction` 0 to 1 of this job; `eta_s` seconds left, None while unknown."""

    req: int
    fraction: float
    stage: str
    eta_s: float | None


@dataclass(frozen=True)
class Notice:
    """Something the user should know, though the job goes on; `code` is stable.

    provider: what the model runs on. known_length: a known stem was padded or cut. nonfinite:
    input or estimates were not finite. clipped: an integer format could not hold the level.
    """

    req: int
    code: str
    message: str


@dataclass(frozen=True)
class StemWritten:
    """File `k` of `n` (from 1) is complete at its final `path`."""

    req: int
    name: str
    path: Path
    k: int
    n: int


@dataclass(frozen=True)
class Done:
    """Every file of the job is in place."""

    req: int


@dataclass(frozen=True)
class Failed:
    """The job ended without any file; `code` is an error's code ('cancelled' when cancelled)."""

    req: int
    code: str
    message: str


JobEvent = Progress | Notice | StemWritten | Done | Failed
OnEvent = Callable[[JobEvent], None]
