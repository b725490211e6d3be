"""The scripts' own reader of JSON, with what Python writes."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.rigs.reaper import SCRIPTS

pytestmark = pytest.mark.lua

READ = 'package.path = arg[1] .. "/lib/?.lua"; local j = require("json"); io.write('


def read(expression: str, text: str) -> str:
    done = subprocess.run(
        ["lua5.4", "-", str(SCRIPTS), text], input=f"{READ}{expression})", capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("text", ["é", "𝄞 song", 'a "b" \\ /', "tab\tline\n", ""])
def test_names_come_as_they_are(text: str) -> None:
    assert read("j.decode(arg[2]).a[1].b", json.dumps({"a": [{"b": text}]})) == text


@pytest.mark.parametrize("text", ['{"a": }', "[1, 2", '"open', "{} more", "", "nope"])
def test_what_is_no_json_is_an_error(text: str) -> None:
    assert "no JSON at character" in read("tostring(j.decode(arg[2]))", text)


def test_numbers_and_words() -> None:
    shown = 'table.concat({j.decode(arg[2]).a, tostring(j.decode(arg[2]).b)}, " ")'
    assert read(shown, json.dumps({"a": -1.5e-3, "b": True, "c": None, "d": {}, "e": []})) == (
        "-0.0015 true"
    )
