"""Steering: a latent is moved until taggers hear the wanted tags; offline only.

Manilow et al. 2022 (arXiv 2110.13071); docs/research/tagbox.md says what was chosen where the paper
and its code differ. `method` goes through windows and stems, `ascent` moves one latent.
"""

from engines.methods.steered.method import Method

__all__ = ["Method"]
