"""UW: every stem's error counts once."""

from export.weightings import Base


class Weighting(Base):
    """See the module's docstring."""
