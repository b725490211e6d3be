"""UW: every stem's error counts once."""

from export.training.weightings import Base


class Weighting(Base):
    """See the module's docstring."""
