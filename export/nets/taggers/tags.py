"""What the outputs of published taggers are called, in the order in which they were trained.

MagnaTagATune's are in the order of the list that comes with the weights. MTG-Jamendo's are in the
alphabetical order of their full names (`genre---alternative`, ...): the trainer's label binarizer
sorted them, and the list in the authors' notebook, which is not sorted, names the wrong outputs.
Here they are without their category, of which none repeats a name.
"""

from __future__ import annotations

MTAT = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast",
    "piano", "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male",
    "singing", "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman",
    "male vocal", "no vocal", "pop", "soft", "sitar", "solo", "man", "classic", "choir", "voice",
    "new age", "dance", "male voice", "female vocal", "beats", "harp", "cello", "no voice",
    "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip

JAMENDO_FULL = tuple(
    f"{category}---{name}"
    for category, names in (
        ("genre", "alternative,ambient,atmospheric,chillout,classical,dance,downtempo,"
         "easylistening,electronic,experimental,folk,funk,hiphop,house,indie,instrumentalpop,jazz,"
         "lounge,metal,newage,orchestral,pop,popfolk,poprock,reggae,rock,soundtrack,techno,trance,"
         "triphop,world"),
        ("instrument", "acousticguitar,bass,computer,drummachine,drums,electricguitar,"
         "electricpiano,guitar,keyboard,piano,strings,synthesizer,violin,voice"),
        ("mood/theme", "emotional,energetic,film,happy,relaxing"),
    )
    for name in names.split(",")
)  # fmt: skip
JAMENDO = tuple(full.rpartition("---")[2] for full in JAMENDO_FULL)

LISTS = {"mtat": MTAT, "jamendo": JAMENDO}
"""By data set."""
