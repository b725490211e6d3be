"""Blocked Gibbs sampling with a conditional (orderless NADE) model.

`method` is the chain, `schedule` draws the masks of all its steps beforehand, and `draws` is what
the chain makes of its draws.
"""

from engines.methods.gibbs.method import Method

__all__ = ["Method"]
