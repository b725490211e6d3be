"""Songs that are kept for measuring: no model is trained on them, or chosen by them."""

from __future__ import annotations

from export.data.errors import DataError

#: Words in the artist's name, and the song's name as its folder has it.
RESERVED = (("sectoid", "feelings"), ("muldjord", "mutilated mime"))
#: The set that they are of, by the name that it has here.
GAME = "Frets on Fire"


def is_reserved(artist: str, song: str, of: str = "") -> bool:
    """Whether a song is one of them; `Feelings (Frets on Fire)` is, too. `of`: its set's name. A
    song of GAME that names no artist, or itself as one, is held by its own name alone."""
    by, name = artist.lower(), song.lower().replace("_", " ")
    unnamed = of == GAME and song.startswith(artist)
    return any((unnamed or one in by) and name.startswith(title) for one, title in RESERVED)


def require_free(artist: str, song: str, split: str, of: str = "") -> None:
    """Raises DataError("test-song") for one of them in a split other than test."""
    if split != "test" and is_reserved(artist, song, of):
        raise DataError("test-song", f"{song} ({artist}) is kept for measuring, and stands among "
                        f"the songs to {split}; take it out of songs.toml and prepare into "
                        "another folder")  # fmt: skip
