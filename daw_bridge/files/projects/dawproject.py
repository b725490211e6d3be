"""DAWproject: a zip file with project.xml, metadata.xml, the stems and the song.

Times are seconds, so that a tempo moves nothing; a group track holds the stems, at 0 dB, and the
song itself is a muted track beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from daw_bridge import __version__
from daw_bridge.files.projects.arrangement import Arrangement, Track, one_line

_CHUNK_BYTES = 1 << 20
_VERSION = "1.0"
#: Elements of metadata.xml in their order, and the tags they are from.
_METADATA = (
    ("Title", "title"), ("Artist", "artist"), ("Album", "album"), ("Composer", "composer"),
    ("Year", "date"), ("Genre", "genre"), ("Copyright", "copyright"), ("Comment", "comment"),
)  # fmt: skip
_MASTER, _GROUP, _MIX = "master", "group", "mix"


def write_dawproject(
    path: Path, arrangement: Arrangement, folder: Path, go_on: Callable[[], None]
) -> None:
    """Write the project with the tracks' files of `folder`; `go_on` ends it by raising.

    Raises OSError.
    """
    with ZipFile(path, "w") as archive:
        archive.writestr(_entry("project.xml"), project_xml(arrangement), ZIP_DEFLATED)
        archive.writestr(_entry("metadata.xml"), metadata_xml(arrangement), ZIP_DEFLATED)
        for _, track in _named(arrangement):
            _add(archive, folder / track.file, audio_path(track), go_on)


def _named(arrangement: Arrangement) -> Iterator[tuple[str, Track]]:
    """(identifier, track) of each stem, and last of the mix."""
    for k, one in enumerate(arrangement.tracks, 1):
        yield f"stem{k}", one
    if arrangement.mix is not None:
        yield _MIX, arrangement.mix


def _entry(name: str, size: int = 0) -> ZipInfo:
    """An entry without the time of day: the same stems give the same bytes."""
    entry = ZipInfo(name)
    entry.file_size = size  # zipfile chooses ZIP64 by it
    entry.external_attr = 0o644 << 16
    return entry


def _add(archive: ZipFile, path: Path, name: str, go_on: Callable[[], None]) -> None:
    entry = _entry(name, path.stat().st_size)
    entry.compress_type = ZIP_STORED
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while chunk := source.read(_CHUNK_BYTES):
            target.write(chunk)
            go_on()


def audio_path(track: Track) -> str:
    """Where a track's file lies in the project; the song's is called as a stem's may be."""
    return ("mix/" if track.muted else "audio/") + one_line(PurePath(track.file).name)


def metadata_xml(arrangement: Arrangement) -> bytes:
    """What the song's tags say; the title is the song's name where they state none."""
    tags = {"title": arrangement.title, **dict(arrangement.tags)}
    root = ET.Element("MetaData")
    for element, name in _METADATA:
        if text := tags.get(name):
            ET.SubElement(root, element).text = one_line(text)
    return _bytes(root)


def project_xml(arrangement: Arrangement) -> bytes:
    """Tracks, mixer and timeline."""
    root = ET.Element("Project", version=_VERSION)
    ET.SubElement(root, "Application", name="daw-bridge", version=__version__)
    if arrangement.bpm is not None:
        transport = ET.SubElement(root, "Transport")
        value = f"{arrangement.bpm:.10g}"
        ET.SubElement(transport, "Tempo", unit="bpm", value=value, name="Tempo", id="tempo")
    _structure(root, arrangement)
    _timeline(root, arrangement)
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _structure(root: ET.Element, arrangement: Arrangement) -> None:
    channels, structure = arrangement.channels, ET.SubElement(root, "Structure")
    group = _track(structure, _GROUP, "tracks", one_line(arrangement.title))
    _channel(group, _GROUP, channels, "submix", _MASTER)
    for name, one in _named(arrangement):
        parent, to = (structure, _MASTER) if name == _MIX else (group, _GROUP)
        track = _track(parent, name, "audio", one_line(one.name), one.colour)
        _channel(track, name, channels, "regular", to, one.muted)
    master = _track(structure, _MASTER, "audio", "Master")
    _channel(master, _MASTER, max(2, channels), "master")


def _track(parent: ET.Element, name: str, content: str, title: str, colour: str = "") -> ET.Element:
    track = ET.SubElement(parent, "Track", contentType=content, loaded="true", id=name, name=title)
    if colour:
        track.set("color", colour)
    return track


def _channel(
    track: ET.Element, name: str, channels: int, role: str, to: str = "", muted: bool = False
) -> None:
    """The track's place in the mixer, at 0 dB, in the middle."""
    channel = ET.SubElement(
        track, "Channel", audioChannels=str(channels), role=role, solo="false",
        id=f"{name}-channel",
    )  # fmt: skip
    if to:
        channel.set("destination", f"{to}-channel")
    ET.SubElement(channel, "Mute", value=str(muted).lower(), name="Mute", id=f"{name}-mute")
    ET.SubElement(channel, "Pan", min="0", max="1", unit="normalized", value="0.5", name="Pan",
                  id=f"{name}-pan")  # fmt: skip
    ET.SubElement(channel, "Volume", min="0", max="2", unit="linear", value="1", name="Volume",
                  id=f"{name}-volume")  # fmt: skip


def _timeline(root: ET.Element, arrangement: Arrangement) -> None:
    whole = ET.SubElement(root, "Arrangement", id="arrangement")
    lanes = ET.SubElement(whole, "Lanes", timeUnit="seconds", id="lanes")
    start = arrangement.seconds(arrangement.start)
    length = arrangement.seconds(arrangement.frames)
    for name, track in _named(arrangement):
        first, frames = track.first, track.frames or arrangement.frames
        lane = ET.SubElement(lanes, "Lanes", track=name, id=f"{name}-lanes")
        clips = ET.SubElement(lane, "Clips", id=f"{name}-clips")
        clip = ET.SubElement(
            clips, "Clip", time=start, duration=length, contentTimeUnit="seconds",
            playStart=arrangement.seconds(first) if first else "0",
            playStop=arrangement.seconds(first + arrangement.frames), fadeTimeUnit="seconds",
            fadeInTime="0", fadeOutTime="0", name=one_line(track.name), color=track.colour,
        )  # fmt: skip
        audio = ET.SubElement(
            clip, "Audio", timeUnit="seconds", channels=str(arrangement.channels),
            sampleRate=str(arrangement.rate_hz), duration=arrangement.seconds(frames),
            id=f"{name}-audio",
        )  # fmt: skip
        ET.SubElement(audio, "File", path=audio_path(track))
