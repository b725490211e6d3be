"""Errors of graph export: each has a code and says what was seen, expected and what to do."""

from __future__ import annotations

from export.common.errors import ExportError


class GraphShapeError(ExportError):
    """The network's outputs do not have the shape that its domain promises."""

    code = "export_shape"


class UnsupportedGraphError(ExportError):
    """The graph holds something that this transformation cannot treat."""

    code = "export_graph"


class ParityError(ExportError):
    """The exported graph computes something else than the network, or than it used to."""

    code = "export_parity"


class QualityError(ExportError):
    """A variant loses more separation quality than allowed."""

    code = "export_quality"


class CardError(ExportError):
    """A model card's JSON is malformed."""

    code = "export_card"


class PackageMissing(ExportError):
    """A third-party package that a network comes from is not installed, or does not import."""

    code = "export_package"


class WeightsRefused(ExportError):
    """A checkpoint that is damaged, of another network, or holds more than numbers."""

    code = "export_weights"
