"""Numbers of a spec, computed from the lengths of a graph: `=1024 * (T - 1)`.

A text that begins with = is arithmetic of whole numbers (+ - * // %, brackets, min and max) and
fractions (/), over the names that are bound; other texts may hold {name}.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from engines.errors import RecipeError

Bound = Mapping[str, int | float | str]
"""What a recipe may name: lengths of axes, rows of a table, answers to its questions."""

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Div: operator.truediv,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max}


def filled(value: Any, bound: Bound) -> Any:
    """A value out of a recipe with its formulas computed, in lists and tables too.

    Raises RecipeError.
    """
    if isinstance(value, dict):
        return {key: filled(one, bound) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, bound) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("="):
        return _computed(value[1:], bound)
    try:
        return value.format_map(bound)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise _wrong(value, bound, error) from error


def _computed(text: str, bound: Bound) -> Any:
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, bound)
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError) as error:
        raise _wrong(text, bound, error) from error


def _value(node: ast.expr, bound: Bound) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return bound[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_value(left, bound), _value(right, bound))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _FUNCTIONS[name](*(_value(one, bound) for one in args))
    raise TypeError(ast.unparse(node))


def _wrong(text: str, bound: Bound, error: Exception) -> RecipeError:
    known = ", ".join(sorted(bound)) or "nothing"
    return RecipeError(
        f"{text!r} in a recipe ({error})", f"arithmetic over {known}", "correct the recipe"
    )
