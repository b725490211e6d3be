"""The package of Pd's patches for Deken, Pd's own index: `python -m max_patches.generate.pd`.

A zip file with one folder of the library's name, called LIBRARY[vVERSION].dek: without a system in
brackets, as vanilla patches run on all of them. Beside it its SHA-256, and a list of the objects.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from daw_bridge import __version__
from max_patches.generate.pd.package import files

LIBRARY = "dawbridge"
LICENCE = Path(__file__).parents[3] / "LICENSE"
HELP = "-help.pd"
_DESCRIPTION = re.compile(r"#X text \d+ \d+ DESCRIPTION (.*?)(?:, f \d+)?;", re.DOTALL)


def write_deken(folder: Path) -> list[Path]:
    """Write the package, its hash and its list of objects. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"{LIBRARY}[v{__version__}].dek"
    made = {**files(), "LICENSE": LICENCE.read_bytes()}
    with ZipFile(package, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(made.items()):
            archive.writestr(_entry(f"{LIBRARY}/{name}"), content)
    digest, objects = Path(f"{package}.sha256"), Path(f"{package}.txt")
    digest.write_text(hashlib.sha256(package.read_bytes()).hexdigest(), encoding="ascii")
    objects.write_text(objects_of(made), encoding="utf-8", newline="\n")
    return [package, digest, objects]


def objects_of(made: dict[str, bytes]) -> str:
    """A line for each object with a help patch: its name, a tab, what it does."""
    helped = sorted(name for name in made if name.endswith(HELP))
    return "".join(f"{one.removesuffix(HELP)}\t{_about(made[one].decode())}\n" for one in helped)


def _about(text: str) -> str:
    """The description in a help patch's META, "" where it has none."""
    found = _DESCRIPTION.search(text)
    return "" if found is None else " ".join(re.sub(r" ?\\([,;$])", r"\1", found[1]).split())


def _entry(name: str) -> ZipInfo:
    """An entry without the time of day: the same patches give the same bytes."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
