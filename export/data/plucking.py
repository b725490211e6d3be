"""A MIDI file becomes guitar audio: Faust's physical models, run by DawDreamer.

`render` runs `python -m export plucking`, a process of its own, as DawDreamer (GPL-3) is a tool
here like fluidsynth, not a part of the package. Each parameter of an instrument is drawn from its
slider's range by `--timbre`.
"""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np
import soundfile

from export.data.errors import DataError

#: General MIDI's overdriven and distorted guitars (from 0): they take the upper half of `drive`.
DRIVEN_PROGRAMS = (29, 30)
VOICES = 12
#: Seconds played after the last event.
TAIL_S = 1.0


def is_driven(midi: mido.MidiFile) -> bool:
    """Whether the first note is an overdriven or distorted guitar's. A stem's file has the program
    changes of all channels, so the note's own channel decides."""
    programs: dict[int, int] = {}
    for message in mido.merge_tracks(midi.tracks):
        if message.type == "program_change":
            programs[message.channel] = message.program
        elif message.type == "note_on" and message.velocity > 0:
            return programs.get(message.channel) in DRIVEN_PROGRAMS
    return False


def drawn_value(
    rng: np.random.Generator, label: str, least: float, most: float, driven: bool
) -> float:
    """A parameter between `least` and `most`: of `drive` the half that fits, evenly in octaves
    where the range spans more than four to one."""
    place = float(rng.random())
    if label == "drive":
        place = place / 2 + (0.5 if driven else 0.0)
    if least > 0 and most / least > 4:
        return float(least * (most / least) ** place)
    return least + (most - least) * place


def play(midi: Path, wav: Path, instrument: Path, rate_hz: float, timbre: int) -> None:
    """Write (samples, 2) float32 at `rate_hz`, to the file's end and TAIL_S more.

    Raises DataError("dawdreamer-missing"), ("faust-refused").
    """
    try:
        import dawdreamer
    except ModuleNotFoundError as error:
        raise DataError("dawdreamer-missing", f"{error}; pip install dawdreamer") from None
    notes = mido.MidiFile(midi)
    engine = dawdreamer.RenderEngine(rate_hz, 512)
    guitar = engine.make_faust_processor("guitar")
    guitar.num_voices = VOICES
    guitar.faust_libraries_paths = [str(instrument.parent)]
    try:
        guitar.set_dsp(str(instrument))
        guitar.compile()
    except RuntimeError as error:
        raise DataError("faust-refused", f"{instrument.name}: {error}; mend it") from None
    rng = np.random.default_rng(timbre)
    found = guitar.get_parameters_description()
    for parameter in sorted(found, key=lambda p: str(p["label"])):
        least, most = float(parameter["min"]), float(parameter["max"])
        value = drawn_value(rng, str(parameter["label"]), least, most, is_driven(notes))
        guitar.set_parameter(parameter["index"], value)
    guitar.load_midi(str(midi), clear_previous=True, beats=False, all_events=True)
    engine.load_graph([(guitar, [])])
    engine.render(notes.length + TAIL_S)
    soundfile.write(wav, engine.get_audio().T, round(rate_hz), "FLOAT")
