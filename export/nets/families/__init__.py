"""Network families, found by scanning this folder: one file per family.

A family file holds
- `Config`: a frozen dataclass of plain values (numbers, strings, flags, tuples), always with
  `stems`, `channels` and `conditional`;
- `build(config) -> torch.nn.Module`, whose `forward(mix, given, flags)` has the shapes of
  `export.nets.nade.Core`.

That is all that exporting and serving need. For training, the network may also have these methods;
losses (`export/training/losses`) use them where they are. B items, S stems, C channels, F bins,
T frames, R rows of the family's own frequency axis; `given` and `flags` are None exactly when the
configuration is not conditional; `masked` (B, S) bool are the hidden stems, all of them without
conditioning.

- `warp(magnitude (..., F, T)) -> (..., R, T)`: magnitudes on the family's own axis, without
  gradients to the network (a fixed map);
- `warped_masks(mix (B, C, F, T), given (B, S, C, F, T) | None, flags (B, S) | None)
  -> (B, S, C, R, T)`: the masks on that axis, float32. A network has both or neither: spectral
  losses then compare `warped_masks(...) * warp(mix)` with `warp(stem)`;
- `training_pass(mix, given, flags, masked, generator, warped=False)
  -> (masks (B, K, C, F or R, T), combination (B, K, S))`: for a network that gives one mask per
  pass, a cheap random choice of K passes instead of S. combination holds 0 and 1: the target of
  pass k is the sum of the stems where it is 1, silence where it is all 0; never a stem that is not
  masked. All draws come from `generator`, so that training resumes exactly. warped: on R rows;
- `step(mix, given, flags, pasts) -> (masks, pasts)`, `states()` and `late_hops`: of a network that
  goes through a signal frame by frame, see export/nets/families/causal_bands.py;
- `as_is`: names of buffers that the average of the weights has as they are in the last step;
- `band_masks(mix (B, C, bands, T), given, flags) -> (B, S, C, bands, T)`, with
  `config.runs`: masks on bands of bins, see export/training/band_sums.py.

A network that listens to tags has `config.tags` and `config.covers`, one stem and no conditioning
on stems; in the place of `given` it takes the tags (B, tags), a weight for each.
"""

import dataclasses
import importlib
import pkgutil
from types import ModuleType
from typing import Any

from export.common.errors import ExportError
from export.common.fields import misfit


class UnknownFamily(ExportError):
    """No file of that name lies in export/nets/families."""

    code = "export_family"


class BadConfig(ExportError, ValueError):
    """A configuration that its family cannot be built from; says what is expected."""

    code = "export_config"


#: Those whose one stem is the mix: trained as the others are, and exported within other graphs.
AUTOENCODERS = ("vqvae",)
#: Those that listen to tags.
LISTENERS = ("query_unet",)
#: Those that hear how much of each tag there is, and make no stem: exported by `export tagger`.
TAGGERS = ("share_tagger",)
#: Those that go through a signal frame by frame, with a state: exported as one step
#: (export/graphs/stepping.py).
STEPPING = ("causal_bands",)
#: Those that are told labels and give mixtures without noise: see `export/nets/denoising`.
DENOISERS = ("diffusion_unet", "diffusion_stft")
_OTHERS = (*AUTOENCODERS, *LISTENERS, *TAGGERS, *STEPPING, *DENOISERS)


def names() -> list[str]:
    """Every family of separators in this folder that hear whole windows and give all of their stems
    at once, sorted."""
    found = (info.name for info in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name not in _OTHERS)


def family(name: str) -> ModuleType:
    """The module of one family. Raises UnknownFamily."""
    known = (*names(), *_OTHERS)
    if name not in known:
        raise UnknownFamily(f"no family {name!r}; there are {', '.join(known)}")
    return importlib.import_module(f"{__name__}.{name}")


def config_from(name: str, values: dict[str, Any]) -> Any:
    """A family's Config from plain values (as JSON or TOML give them: lists become tuples).

    Raises UnknownFamily, BadConfig.
    """
    made = family(name).Config
    if wrong := misfit(made, values):
        raise BadConfig(f"{name}: {wrong}")
    try:
        return made(**{key: _frozen(value) for key, value in values.items()})
    except ValueError as error:
        raise BadConfig(f"{name}: {error}") from None


def build(name: str, config: Any) -> Any:
    """The network of a family's configuration. Raises UnknownFamily, BadConfig."""
    try:
        return family(name).build(config)
    except ValueError as error:
        raise BadConfig(f"{name}: {error}") from None


def config_values(config: Any) -> dict[str, Any]:
    """The inverse of `config_from`: a dictionary fit for JSON."""
    return dataclasses.asdict(config)


def _frozen(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value
