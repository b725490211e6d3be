"""Setups: a network, its training and its data in one TOML file, checked when it is read.

family = "band_unet"                    a file of export/nets/families
stems = ["drums", "bass", ...]          names, in the network's order
rate_hz = 44100
validation_seconds = 6.6                of a validation clip (where songs are mixed)
sets = ["MUSDB18-7", ...]               the data that it is for, by the names of docs/guide/train.md
terms = "permissive"                    it learns from such data only (export/data/terms.py)
flag_axis = "stem"                      or "time"; see export/nade.py
[model]                                 the family's Config
[train]                                 export.training.options.TrainOptions
[data]                                  kind, seconds; more of export.data.config, by kind
"""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

from engines.spec import FLAG_AXES
from export.common.fields import misfit
from export.data.config import STEM_SETS, SamplerConfig
from export.data.prepared_items import PreparedConfig
from export.data.share_items import ShareConfig
from export.data.tag_items import TagConfig
from export.data.terms import ORDER
from export.nets import families
from export.training.options import OptionError, checked
from export.training.source import BY_TAGS, KINDS

SETUPS = Path(__file__).parent / "setups"


@dataclasses.dataclass(frozen=True)
class Top:
    """What stands outside the tables; family, stems and rate_hz must be there."""

    family: str = ""
    stems: tuple[str, ...] = ()
    rate_hz: int = 0
    validation_seconds: float = 0.0
    flag_axis: str = "stem"
    sets: tuple[str, ...] = ()
    terms: str = ""


@dataclasses.dataclass(frozen=True)
class SongsData:
    """[data] of kind "songs": whole songs as they are (export/source.py)."""

    kind: str = ""
    seconds: float = 0.0
    least_audible: int = 2
    audible_rms: float = 0.0


#: Fields of the sampler's configuration that training fills in, and not a setup.
FILLED = ("cache", "bands", "rate_hz", "channels", "samples", "batch")
TABLES = ("model", "train", "data")


def load_setup(name: str) -> dict[str, Any]:
    """A setup's tables: by name from export/training/setups, or a path to a TOML file.

    Raises OptionError where there is none, or where something in it is missing, unknown, of the
    wrong kind or at odds with the rest.
    """
    path = Path(name) if name.endswith(".toml") else SETUPS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in SETUPS.glob("*.toml")))
        raise OptionError(f"no setup {name!r}; there are {known}, or give a path ending in .toml")
    try:
        setup = tomllib.loads(path.read_text("utf-8"))
        wrong = _wrong(setup)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        wrong = f"not a TOML file: {error}"
    except (families.BadConfig, families.UnknownFamily) as error:
        wrong = str(error)
    except OptionError as error:
        wrong = f"[train]: {error}"
    if wrong:
        raise OptionError(f"{path}: {wrong}")
    return setup


def _wrong(setup: dict[str, Any]) -> str:
    """What is wrong with a setup; nothing: "". Raises as its parts do."""
    top = {key: value for key, value in setup.items() if key not in TABLES}
    if found := misfit(Top, top):
        return f"{found}, and the tables {', '.join(TABLES)}" if found.startswith("no ") else found
    if missing := [key for key in ("family", "stems", "rate_hz", "data") if not setup.get(key)]:
        return f"no {', '.join(missing)}; expected family, stems, rate_hz and the table data"
    if not all(isinstance(stem, str) for stem in setup["stems"]):
        return f"stems are {setup['stems']}, expected names"
    if not all(isinstance(setup.get(key, {}), dict) for key in TABLES):
        return f"expected {', '.join(TABLES)} as tables"
    if (terms := setup.get("terms", ORDER[0])) not in ORDER:
        return f"terms are {terms!r}, expected one of {', '.join(ORDER)}"
    if (axis := setup.get("flag_axis", "stem")) not in FLAG_AXES:
        return f"flag_axis is {axis!r}, expected {' or '.join(FLAG_AXES)}"
    config = families.config_from(setup["family"], setup.get("model", {}))
    if config.stems != len(setup["stems"]):
        return f"model.stems is {config.stems}, and stems are {', '.join(setup['stems'])}"
    checked(setup.get("train", {}))
    found = _wrong_data(setup["data"], setup.get("validation_seconds", 0))
    found = found or _wrong_stems(setup["data"], tuple(setup["stems"]))
    return f"[data]: {found}" if found else ""


def _wrong_stems(data: dict[str, Any], stems: tuple[str, ...]) -> str:
    if data["kind"] == "mixtures":
        return "" if len(stems) == 1 else f"mixtures are one stem, stems are {', '.join(stems)}"
    made = STEM_SETS.get(data.get("stem_set", ""), stems)
    return "" if made == stems else f"stem_set has {', '.join(made)}, stems are {', '.join(stems)}"


def _wrong_prepared(data: dict[str, Any]) -> str:
    own = {key: value for key, value in data.items() if key not in ("kind", "seconds")}
    if filled := sorted(set(own) & {*FILLED, "prepared", "stems"}):
        return f"{', '.join(filled)}: given by training itself"
    return misfit(PreparedConfig, own)


def _wrong_share(share: Any) -> str:
    holds = isinstance(share, int | float) and 0 <= share <= 1
    return "" if holds else f"solo_share is {share!r}, expected a chance, 0 to 1"


def _wrong_data(data: dict[str, Any], validation_seconds: float) -> str:
    kind = data.get("kind")
    if kind not in KINDS:
        return f"kind is {kind!r}, expected {' or '.join(map(repr, KINDS))}"
    if kind == "songs":
        found = misfit(SongsData, data)
    elif kind == "prepared":
        found = _wrong_prepared(data)
    else:
        apart = ("kind", "seconds", *(("solo_share",) if kind == "labelled" else ()))
        own = {key: value for key, value in data.items() if key not in apart}
        if filled := sorted(set(own) & set(FILLED)):
            return f"{', '.join(filled)}: given by training itself"
        made: Any = {"tags": TagConfig, "shares": ShareConfig}.get(str(kind), SamplerConfig)
        found = (
            _wrong_share(data.get("solo_share", 0.0))
            or misfit(made, own)
            or misfit(SongsData, {"seconds": data.get("seconds", 0)})
        )
        found = found or ("" if "stem_set" in own or kind in BY_TAGS else "no stem_set")
        found = found or ("" if validation_seconds > 0 else "needs validation_seconds above it")
    return found or ("" if data.get("seconds", 0) > 0 else "seconds: expected more than 0")
