"""The programs that daw-bridge has files for: what they get, and where each looks for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from platformdirs import user_config_path, user_documents_path

from daw_bridge.cli.install import systemd
from daw_bridge.errors import BadFile, NoProgram
from daw_bridge.settings.names import COMMAND_FILE

PACKAGE = Path(__file__).parents[2]
_PATCHES = PACKAGE.parent / "max_patches"


@dataclass(frozen=True)
class Program:
    """A program; `pieces` are (folder or file of ours, its place below the program's folder).

    `home`: the folder that is ours alone, below the program's; the list of what was installed lies
    in it. `folders`: where it looks, the best first. `starts`: its files start `daw-bridge`, and
    read in `home` how. `shown`: what to do next. `kept`: places of files that are the user's to
    change: once there, they stay.
    """

    name: str
    title: str
    home: str
    pieces: tuple[tuple[str, str], ...]
    folders: Callable[[], list[Path]]
    missing: str
    starts: bool
    shown: str
    kept: tuple[str, ...] = ()

    @property
    def is_service(self) -> bool:
        """Whether it is systemd, whose files are filled in."""
        return self.name in systemd.UNITS


def clients(name: str) -> Path:
    """The folder of our files for a client: in the package, or in the checkout it runs from.

    Raises BadFile if it is in neither: the installation is not whole.
    """
    checkout = {"max": _PATCHES / "DawBridge", "pd": _PATCHES / "pd"}
    for folder in (PACKAGE / "clients" / name.partition("-")[0], checkout.get(name)):
        if folder is not None and folder.is_dir():
            return folder
    raise BadFile(
        f"no folder of files for {name} in {PACKAGE}",
        "an installation that is whole",
        "Install daw-bridge again.",
    )


def files_of(program: Program) -> Iterator[tuple[PurePosixPath, Path]]:
    """(place below the program's folder, file of ours), in order. Raises BadFile."""
    folder = clients(program.name)
    for source, target in program.pieces:
        start = folder / source
        found = [start] if start.is_file() else sorted(start.rglob("*"))
        for path in found:
            if path.is_file() and "__pycache__" not in path.parts:
                yield PurePosixPath(target) / path.relative_to(start).as_posix(), path


def contents(one: Program, folder: Path) -> dict[PurePosixPath, bytes]:
    """Place below `folder` -> what is written there. Raises BadFile."""
    files = {place: path.read_bytes() for place, path in files_of(one)}
    if one.is_service:
        home = folder.absolute() / one.home
        files = {place: systemd.filled(text, one.name, home) for place, text in files.items()}
    if one.starts:
        files[PurePosixPath(one.home) / COMMAND_FILE] = command_file().encode()
    return files


def command_file() -> str:
    """What the program's scripts read to start `daw-bridge`: this Python's, with its packages."""
    import json

    return json.dumps({"command": [sys.executable, "-m", "daw_bridge"]}) + "\n"


# Where each program looks.


def _numbered(folder: Path, pattern: str) -> list[Path]:
    """The folders in `folder` whose name is the pattern with a number: the newest first."""
    found = [(re.fullmatch(pattern, one.name), one) for one in _list(folder)]
    numbered = [(int(match[1]), one) for match, one in found if match and one.is_dir()]
    return [one for _, one in sorted(numbered, reverse=True)]


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # not there, or not ours: nothing is found in it
        return []


def _max() -> list[Path]:
    return [one / "Packages" for one in _numbered(user_documents_path(), r"Max (\d+)")]


def _pd() -> list[Path]:
    if sys.platform == "win32":
        return [user_config_path(roaming=True) / "Pd"]
    if sys.platform == "darwin":
        return [Path.home() / "Library" / "Pd"]
    return [Path.home() / ".local" / "lib" / "pd" / "extra"]


def _reaper() -> list[Path]:
    folder = user_config_path(roaming=True) / "REAPER"
    return [folder] if folder.is_dir() else []


def _ardour() -> list[Path]:
    if sys.platform == "darwin":
        return _numbered(Path.home() / "Library" / "Preferences", r"[Aa]rdour(\d+)")
    return _numbered(user_config_path(), r"[Aa]rdour(\d+)")


def _touchosc() -> list[Path]:
    return [user_documents_path() / "TouchOSC"]


def _systemd() -> list[Path]:
    return [user_config_path()] if sys.platform == "linux" else []


def _systemd_system() -> list[Path]:
    return [Path("/etc")] if sys.platform == "linux" else []


def _service(name: str, title: str, folders: Callable[[], list[Path]], shown: str) -> Program:
    source = "user" if name == systemd.USER else "system"
    config = f"daw-bridge/{systemd.CONFIG}"
    pieces = ((f"{source}.service", systemd.UNITS[name]), (f"{source}.toml", config))
    return Program(name, title, "daw-bridge", pieces, folders, "Linux", False, shown, (config,))


PROGRAMS: tuple[Program, ...] = (
    Program("max", "Max", "DawBridge", (("", "DawBridge"),), _max,
            "a folder such as 'Max 9' in your documents, which Max makes when it starts", True,
            "In Max: Extras > DawBridge. In Live: drag DawBridge/devices/DawBridge.amxd onto a "
            "track."),
    Program("pd", "Pure Data", "dawbridge", (("", "dawbridge"),), _pd, "", False,
            "In Pd: open dawbridge-overview.pd in that folder; in patches of your own: "
            "[declare -path dawbridge]."),
    Program("reaper", "REAPER", "Scripts/DawBridge", (("Scripts", "Scripts"), ("OSC", "OSC")),
            _reaper, "REAPER's resource folder, which REAPER makes when it starts (Options > Show "
            "REAPER resource path)", True, "In REAPER: Actions > New action > Load ReaScript, and "
            "choose the files named daw-bridge_ in that folder."),
    Program("ardour", "Ardour", "daw-bridge",
            (("daw-bridge stems", "templates/daw-bridge stems"),
             ("daw-bridge_line_up.lua", "scripts/daw-bridge_line_up.lua"),
             ("ardour.toml", "daw-bridge/ardour.toml")), _ardour,
            "a folder such as ardour8 among your settings, which Ardour makes when it starts",
            False, "Start `daw-bridge serve --config` with that folder's ardour.toml; in Ardour: "
            "New Session, from the template daw-bridge stems."),
    Program("touchosc", "TouchOSC", "DawBridge", (("", "DawBridge"),), _touchosc,
            "", False, "In TouchOSC: open the layout of your model in that folder."),
    _service(systemd.USER, "systemd, as yourself", _systemd,
             "Its options are in serve.toml there. Next:\n"
             "  systemctl --user daemon-reload\n"
             "  systemctl --user enable --now daw-bridge\n"
             "  journalctl --user -u daw-bridge -f      what it says\n"
             "  loginctl enable-linger                  let it run while you are logged out"),
    _service(systemd.SYSTEM, "systemd, for the system", _systemd_system,
             "Its options are in serve.toml there. Next:\n"
             "  sudo systemctl daemon-reload\n"
             "  sudo systemctl enable --now daw-bridge\n"
             "  journalctl -u daw-bridge -f             what it says"),
)  # fmt: skip


def program(name: str) -> Program:
    """The program of this name; `name` is one of PROGRAMS."""
    return next(one for one in PROGRAMS if one.name == name)


def where(one: Program) -> Path:
    """The folder that the program looks in. Raises NoProgram where there is none yet."""
    folders = one.folders()
    if not folders:
        raise NoProgram(
            f"no folder of {one.title}'s", one.missing,
            f"Start {one.title} once, or name its folder with --dest.",
        )  # fmt: skip
    return folders[0]
