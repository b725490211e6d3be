"""What plays, in the words that data sets share, and the words that files have for it.

A file of a song is known by the set of stems that may sound in it: one, where it is that stem
alone; several, where only their sum is known. MUSDB18's `other` is everything but drums, bass and
vocals; a band's `other` is what no other file of the song has.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

#: In the order in which they are named.
STEMS = ("drums", "bass", "guitar", "piano", "keys", "strings", "winds", "vocals", "other")
EVERYTHING = frozenset(STEMS)
#: A file that holds what no other file of its song does, and one that is not used: the mix, clicks.
REST, NONE = "rest", "none"

WORDS = {
    "drums": "drum drums drumkit kit kick kicks snare snr tom toms hat hats hihat hihats hh cymbal "
    "cymbals crash ride overhead overheads oh percussion perc",
    "bass": "bass basses contrabass",
    "guitar": "guitar guitars gtr gtrs git egtr agtr gitarre gitarren",
    "piano": "piano pianos pno epiano rhodes wurlitzer wurli klavier",
    "keys": "keys keyboard keyboards synth synths organ hammond pad pads arp clavinet",
    "strings": "strings string violin violins viola violas cello cellos",
    "winds": "winds wind brass horn horns trumpet trumpets trombone sax saxophone flute clarinet "
    "woodwind woodwinds",
    "vocals": "vocals vocal vox voice voices voc vocs singer singing choir choirs bv bvs bgv bgvs "
    "gesang",
    REST: "other others rest accompaniment instrumental residual fx sfx",
    NONE: "mix mixture mixdown master click clicks metronome",
}
#: Pairs of words that mean something else than each of them.
PAIRS = {
    ("bass", "drum"): "drums", ("hi", "hat"): "drums", ("bass", "guitar"): "bass",
    ("double", "bass"): "bass", ("upright", "bass"): "bass", ("string", "bass"): "bass",
    ("synth", "bass"): "bass", ("bass", "synth"): "bass", ("electric", "piano"): "piano",
    ("e", "piano"): "piano", ("no", "vocals"): REST, ("without", "vocals"): REST,
}  # fmt: skip
#: Words that say that a stem is not there, and those of mixes of which a stem is a part.
NEGATIONS = {
    "no",
    "non",
    "not",
    "without",
    "minus",
    "less",
    "removed",
    "ohne",
    "sans",
    "senza",
    "wo",
}
MIXES = {"instrumental", "accompaniment", "karaoke", "playback"}
_BY_WORD = {word: stem for stem, words in WORDS.items() for word in words.split()}
#: `Guitar No. 2`: a number.
_NUMBERED = re.compile(r"(?<![A-Za-z])[Nn][Oo][._ -]*(?=\d)")
_LETTERS = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")


def guess(name: str) -> str:
    """What a file of this name (without its ending) holds: a stem, REST or NONE; "": unknown.

    Words of several stems say nothing, nor does a stem that is said not to be there (`mix minus
    drums`), or beside an instrumental or the mix of a voice; `guitar mix` is a guitar.
    """
    letters = _LETTERS.findall(_NUMBERED.sub("", name))
    words = [word for one in letters for word in _words(one)]
    found: set[str] = set()
    unsure, place = False, 0
    while place < len(words):
        pair = PAIRS.get((words[place], words[place + 1])) if place + 1 < len(words) else None
        one = pair or _BY_WORD.get(words[place])
        if one is not None:
            found.add(one)
        unsure = unsure or (not pair and words[place] in NEGATIONS | MIXES)
        place += 2 if pair else 1
    if {"vocals", NONE} <= found or (found & EVERYTHING and unsure):
        return ""
    exact = found - {REST, NONE} or found - {NONE} or found
    return exact.pop() if len(exact) == 1 else ""


def is_instrumental(name: str) -> bool:
    """Whether a name says that it is everything but a voice."""
    words = {word for letters in _LETTERS.findall(name) for word in _words(letters)}
    voice = any(_BY_WORD.get(word) == "vocals" for word in words)
    return guess(name) in ("", REST) and bool(words & MIXES or (voice and words & NEGATIONS))


def _words(letters: str) -> list[str]:
    """One word where it is known as it is, else those of its capitals: LeadVox is two."""
    if letters.lower() in _BY_WORD:
        return [letters.lower()]
    return [word.lower() for word in _WORD.findall(letters)]


def nearest(name: str, known: Iterable[str]) -> str:
    """`known`, with the one that `name` is most like, in words for people."""
    known = list(known)
    words = {word: _BY_WORD[word] for word in _BY_WORD if _BY_WORD[word] in known}
    words |= {word: word for word in known}
    close = difflib.get_close_matches(name.lower(), [word.lower() for word in words], 1, 0.6)
    folded = {word.lower(): stem for word, stem in words.items()}
    hint = f"; the nearest is {folded[close[0]]}" if close else ""
    return f"{', '.join(known)}{hint}"


def ordered(stems: Iterable[str]) -> tuple[str, ...]:
    """Stems in the order of STEMS."""
    return tuple(sorted(stems, key=STEMS.index))
