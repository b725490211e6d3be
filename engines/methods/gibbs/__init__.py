"""Blocked Gibbs sampling with a conditional (orderless NADE) model.

`method` is the chain; `schedule` draws the masks of all its steps before the first; `mean_of_draws`
is what it may answer with instead of the last draws.
"""

from engines.methods.gibbs.method import Method

__all__ = ["Method"]
