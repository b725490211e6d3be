"""What is known of other people's models: a TOML file for each family, and no code for any.

A recipe says which inputs and outputs a graph of the family has, and gives the spec that describes
it to the engine. `shapes` compares a graph with it and finds the lengths that it leaves open (F
bins, T frames, S stems); `formula` computes a spec's numbers from them; `describing` puts the spec
together; `tables` knows the files that were published with their own numbers, by checksum. What a
graph cannot tell and no table knows is asked for, and the recipe says why.
"""

from engines.recipes.describing import Given, Ports, describe, guess
from engines.recipes.reading import Recipe, recipe, recipes

__all__ = ["Given", "Ports", "Recipe", "describe", "guess", "recipe", "recipes"]
