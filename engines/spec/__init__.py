"""What is known of a model: one versioned JSON value, in its file's metadata or beside it.

In an ONNX file it lies in `metadata_props[SPEC_KEY]`, where an exporter writes `spec.to_json()`.
`domains` says what a graph works in, `ports` what its inputs and outputs are, `answers` what it
says of stems, `parts` what a model has beside one graph, `others` which other models it needs,
`asking` what it can be asked for, `steering` and `query` by which means, `diffusion` how it
samples, `published` which system it is, `uses` how it is used; `model` is the whole.
"""

from engines.context import CONTEXTS
from engines.spec.answers import ANSWERS, WIENER
from engines.spec.asking import Asking, Target, no_tags
from engines.spec.diffusion import Diffusion, Generating
from engines.spec.domains import (
    EDGES,
    ENVELOPES,
    VALUES,
    WINDOWS,
    Domain,
    HybridDomain,
    StftDomain,
    WaveformDomain,
)
from engines.spec.files import SIDECAR_SUFFIX, SPEC_KEY, parse_spec, read_sidecar, sidecar_of
from engines.spec.model import (
    FLAG_AXES,
    FLAG_HOTS,
    HIGHEST_LEVEL_DB,
    LOWEST_LEVEL_DB,
    READABLE,
    RESIDUAL,
    SPEC_VERSION,
    Cell,
    ModelSpec,
)
from engines.spec.others import MEAN, FirstModel, Member, PresetModel, shares
from engines.spec.parts import Part, Rest, StatePair, Then
from engines.spec.ports import ROLES, Port
from engines.spec.published import Published
from engines.spec.query import QUERY, Query
from engines.spec.steering import UNHEARD, Steering
from engines.spec.uses import DRAWS, ESTIMATES, KNOWN, Preset, Schedule

__all__ = [
    "ANSWERS",
    "CONTEXTS",
    "DRAWS",
    "EDGES",
    "ENVELOPES",
    "ESTIMATES",
    "FLAG_AXES",
    "FLAG_HOTS",
    "HIGHEST_LEVEL_DB",
    "KNOWN",
    "LOWEST_LEVEL_DB",
    "MEAN",
    "QUERY",
    "READABLE",
    "RESIDUAL",
    "ROLES",
    "SIDECAR_SUFFIX",
    "SPEC_KEY",
    "SPEC_VERSION",
    "UNHEARD",
    "VALUES",
    "WIENER",
    "WINDOWS",
    "Asking",
    "Cell",
    "Diffusion",
    "Domain",
    "FirstModel",
    "Generating",
    "HybridDomain",
    "Member",
    "ModelSpec",
    "Part",
    "Port",
    "Preset",
    "PresetModel",
    "Published",
    "Query",
    "Rest",
    "Schedule",
    "StatePair",
    "Steering",
    "StftDomain",
    "Target",
    "Then",
    "WaveformDomain",
    "no_tags",
    "parse_spec",
    "read_sidecar",
    "shares",
    "sidecar_of",
]
