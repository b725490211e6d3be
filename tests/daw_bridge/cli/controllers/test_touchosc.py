"""TouchOSC's layouts: each address is the table's, the script keeps in touch, files are current."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import py2tosc
import pytest
from py2tosc import Control, OscMessage

from daw_bridge.cli.controllers.__main__ import CLIENTS, made
from daw_bridge.cli.controllers.touchosc import LISTEN, layout, script
from daw_bridge.settings.parameters import PREFIX, resolve

STEMS = ("drums", "bass", "other", "vocals")


def bindings(document: py2tosc.Document) -> Iterator[tuple[Control, OscMessage, str]]:
    """(control, binding, address) of everything that sends."""
    for control in document.walk():
        for one in control.messages:
            assert isinstance(one, OscMessage)
            yield control, one, "".join(part.value for part in one.path)


def test_the_layouts_are_as_they_would_be_made_now() -> None:
    there = {path.relative_to(CLIENTS).as_posix(): path for path in CLIENTS.rglob("*.tosc")}
    new = {name: one for name, one in made().items() if name.endswith(".tosc")}
    assert set(there) == set(new)
    assert len(new) >= 3
    for name, path in there.items():  # what is in them: compressors differ
        assert zlib.decompress(path.read_bytes()) == zlib.decompress(new[name])


def test_a_layout_is_one_that_touchosc_takes() -> None:
    assert layout(STEMS).validate() == []


def test_every_output_has_its_strip_within_the_page() -> None:
    page = layout((*STEMS, "guitar", "piano"))
    for name in (*STEMS, "guitar", "piano", "residual"):
        strip = page.find(f"strip {name}")
        assert strip is not None
        assert strip.frame.w > 90
        assert 0 <= strip.frame.x <= page.root.frame.w - strip.frame.w


def test_every_address_is_in_the_table_and_both_ends_of_each_control_are_allowed() -> None:
    sent = 0
    for _, one, address in bindings(layout(STEMS)):
        if address == f"{PREFIX}/reset":
            continue
        row, _ = resolve(address.removeprefix(f"{PREFIX}/"))
        [argument] = one.arguments
        assert str(argument.conversion) == {"i": "INTEGER", "f": "FLOAT"}[row.type]
        for value in (argument.scale_min, argument.scale_max):
            assert row.check(value) == value
        sent += 1
    assert sent == 4 * 4 + 3 + 2  # gain, mute, solo, known; residual; steps, bypass


def test_a_model_that_listens_has_a_button_for_each_tag() -> None:
    tags = ("piano", "acoustic_guitar", "flute", "strings", "drums")
    page = layout(("query",), tags)
    assert page.validate() == []
    sent = {
        one.arguments[0].value: control
        for control, one, address in bindings(page)
        if address == f"{PREFIX}/query/tag"
    }
    assert tuple(sent) == tags
    assert all(one.frame.w > 60 and one.frame.h > 20 for one in sent.values())


def test_a_gain_stands_at_0_db_at_first() -> None:
    fader = layout(STEMS).find("gain drums")
    assert fader is not None
    [message] = fader.messages
    assert isinstance(message, OscMessage)
    low, high = message.arguments[0].scale_min, message.arguments[0].scale_max
    start = next(float(value.default) for value in fader.values if value.key == "x")
    assert low + start * (high - low) == pytest.approx(0.0)


def test_the_same_layout_is_made_each_time() -> None:
    assert py2tosc.dumps(layout(STEMS)) == py2tosc.dumps(layout(STEMS))


# The script, run by Lua with what TouchOSC gives it.

DRIVER = """
local now, labels = 0, {}
local function control(name)
  labels[name] = labels[name] or { values = {} }
  return labels[name]
end
self = { findByName = function(_, name, deep)
  assert(deep == true)
  return name ~= "meter flute" and control(name) or nil
end }
function getMillis() return now end
function sendOSC(message)
  local words = { message[1] }
  for _, one in ipairs(message[2]) do words[#words + 1] = one.tag .. ":" .. one.value end
  print(now .. " " .. table.concat(words, " "))
end
"""


def lua(script_text: str, steps: str, tmp_path: Path) -> list[str]:
    """What Lua prints when it has the script and does these steps."""
    path = tmp_path / "layout.lua"
    path.write_text(f"{DRIVER}\n{script_text}\n{steps}", encoding="utf-8")
    done = subprocess.run(["lua5.4", path], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.lua
def test_it_registers_and_asks_once_a_second_until_it_is_answered(tmp_path: Path) -> None:
    told = lua(script(), """
        local answer = { "/dawbridge/synced", { { value = 1 }, { value = 1 } } }
        for second = 1, 9 do
          now = second * 1000
          update()
          update() -- the same frame again: nothing more
          if second >= 2 and second <= 4 then onReceiveOSC(answer) end
        end
        print(labels.state.values.text)
    """, tmp_path)  # fmt: skip
    notified = [line.split()[0] for line in told if "/dawbridge/notify" in line]
    assert notified == ["1000", "2000", "7000", "8000", "9000"]  # heard at 2, 3 and 4 s
    assert f"1000 /dawbridge/notify i:1 i:{LISTEN}" in told
    assert [line for line in told if "sync " in line] == [
        f"{1000 * k} /dawbridge/sync i:{k}" for k in range(1, 10)
    ]
    assert told[-1].startswith("no server")


@pytest.mark.lua
def test_it_shows_what_the_server_tells(tmp_path: Path) -> None:
    told = lua(script(), """
        local function hear(address, ...)
          local arguments = {}
          for k, value in ipairs({...}) do arguments[k] = { tag = "x", value = value } end
          onReceiveOSC({ address, arguments })
        end
        hear("/dawbridge/meter/drums", -15.0, -30.0)
        hear("/dawbridge/meter/bass", -120.0, -120.0)
        hear("/dawbridge/meter/vocals", 3.0, -3.0)
        hear("/dawbridge/meter/flute", -3.0, -3.0)
        hear("/dawbridge/load", 0.414)
        hear("/dawbridge/late", 7)
        hear("/dawbridge/latency", 26112, 592.1)
        hear("/dawbridge/model", "song")
        hear("/dawbridge/refine/steps", 4)
        hear("/dawbridge/provider", "CPUExecutionProvider", "")
        for _, name in ipairs({"meter drums", "meter bass", "meter vocals"}) do
          print(labels[name].values.x)
        end
        for _, name in ipairs({"load", "late", "latency", "model", "steps"}) do
          print(labels[name].values.text)
        end
        hear("/dawbridge/fail", "/dawbridge/model", 0, "no_model", "no such model")
        print(labels.state.values.text)
    """, tmp_path)  # fmt: skip
    assert [float(line) for line in told[:3]] == [0.75, 0.0, 1.0]
    assert told[3:8] == ["load 41 %", "late blocks 7", "latency 592 ms", "song", "refine 4"]
    assert told[8] == "no_model: no such model"


def test_every_label_that_the_script_writes_is_in_the_layout() -> None:
    there = {str(one.get("name")) for one in layout(STEMS).walk()}
    assert {"state", "load", "late", "latency", "model", "steps"} <= there
    assert {f"meter {name}" for name in (*STEMS, "residual")} <= there
    assert "@" not in script()


@pytest.mark.lua
def test_a_server_that_was_started_again_quickly_is_told_at_once(tmp_path: Path) -> None:
    told = lua(script(), """
        now = 5000
        onReceiveOSC({ "/dawbridge/synced", { { value = 1 }, { value = 1 } } })
        print("known")
        onReceiveOSC({ "/dawbridge/synced", { { value = 2 }, { value = 0 } } })
    """, tmp_path)  # fmt: skip
    assert told == ["known", f"5000 /dawbridge/notify i:1 i:{LISTEN}"]
