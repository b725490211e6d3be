"""Ogg: the links of a chain (radio recordings, joined files), and whether the end is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from daw_bridge.files.audio.span import Look, Stretch
from daw_bridge.files.audio.survey import Part, Survey

_HEAD_BYTES = 27
_BEGINS, _ENDS = 2, 4


@dataclass(frozen=True)
class Page:
    """A page: where it is, its flags, which stream's it is, its number there, its size."""

    at: int
    flags: int
    serial: int
    number: int
    size: int


@dataclass
class _Link:
    """One piece of the chain: the streams that begin together, their last page and its number."""

    start: int
    end: int = 0
    last: dict[int, Page] = field(default_factory=dict)
    has_data: bool = False
    lost_pages: int = 0

    def take(self, page: Page) -> None:
        """The next page."""
        before = self.last.get(page.serial)
        if before is not None and page.number > before.number + 1:
            self.lost_pages += page.number - before.number - 1
        self.last[page.serial] = page
        self.has_data |= not page.flags & _BEGINS
        self.end = page.at + page.size

    @property
    def ends(self) -> bool:
        """Whether every stream says that it ends."""
        return all(one.flags & _ENDS for one in self.last.values())


def survey_ogg(look: Look) -> Survey | None:
    """What an Ogg file holds; None where it is none."""
    if look.at(0, 4) != b"OggS":
        return None
    links: list[_Link] = []
    odd_bytes, at = 0, 0
    for page in pages(look):
        odd_bytes += page.at - at
        at = page.at + page.size
        if not links or (page.flags & _BEGINS and links[-1].has_data):
            links.append(_Link(page.at))
        links[-1].take(page)
    if not links:
        return Survey((Part(Stretch(0, look.size)),), "its first page is not complete")
    parts = tuple(Part(Stretch(one.start, one.end)) for one in links)
    return Survey(parts, _damage(links, odd_bytes, look.at(at, 4) == b"OggS"))


def _damage(links: list[_Link], odd_bytes: int, cut_page: bool) -> str:
    if lost := sum(one.lost_pages for one in links):
        return f"{lost} of its Ogg pages are missing"
    if odd_bytes:
        return f"{odd_bytes} bytes between its Ogg pages are no audio"
    if not links[-1].ends:
        return "its end is missing (no page says that it is the last)"
    return "it ends within an Ogg page" if cut_page else ""


def pages(look: Look) -> Iterator[Page]:
    """Every whole page; what lies between them is left out."""
    at = 0
    while (page := _next_page(look, at)) is not None:
        yield page
        at = page.at + page.size


def _next_page(look: Look, at: int) -> Page | None:
    while at + _HEAD_BYTES <= look.size:
        page = _page_at(look, at)
        if page is not None:
            return page if at + page.size <= look.size else None
        found = look.at(at + 1, 1 << 16).find(b"OggS")
        at += 1 + found if found >= 0 else (1 << 16) - 3
    return None


def _page_at(look: Look, at: int) -> Page | None:
    head = look.at(at, _HEAD_BYTES)
    if head[:5] != b"OggS\0" or len(head) < _HEAD_BYTES:
        return None
    table = look.at(at + _HEAD_BYTES, head[26])
    serial, number = int.from_bytes(head[14:18], "little"), int.from_bytes(head[18:22], "little")
    return Page(at, head[5], serial, number, _HEAD_BYTES + len(table) + sum(table))
