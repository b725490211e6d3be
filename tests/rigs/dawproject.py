"""What DAWproject's published schema (1.0) says of the elements that daw-bridge writes.

Written here after that schema, and narrower: only these elements, in their order, with the
attributes and values that it allows, and the ones that it requires.
"""

from __future__ import annotations

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
NAMED = {"name": "xs:string", "color": "xs:string", "comment": "xs:string"}
REFERENCED = {**NAMED, "id": "xs:ID"}
TIMELINE = {**REFERENCED, "timeUnit": "timeUnit", "track": "xs:IDREF"}
REAL = {**REFERENCED, "min": "xs:string", "max": "xs:string", "value": "xs:string",
        "unit!": "unit"}  # fmt: skip
VALUES = {
    "unit": ("linear", "normalized", "percent", "decibel", "hertz", "semitones", "seconds",
             "beats", "bpm"),
    "timeUnit": ("beats", "seconds"),
    "role": ("regular", "master", "effect", "submix", "vca"),
    "content": ("audio", "automation", "notes", "video", "markers", "tracks"),
}  # fmt: skip
#: Element -> its children in their order (? optional, * any number) and its attributes (! needed).
PROJECT = {
    "Project": ("Application Transport? Structure? Arrangement?", {"version!": "xs:string"}),
    "Application": ("", {"name!": "xs:string", "version!": "xs:string"}),
    "Transport": ("Tempo?", {}),
    "Tempo": ("", REAL),
    "Structure": ("Track*", {}),
    "Track": ("Channel? Track*", {**REFERENCED, "contentType": "contents", "loaded": "xs:boolean"}),
    "Channel": ("Mute? Pan? Volume?",
                {**REFERENCED, "audioChannels": "xs:int", "destination": "xs:IDREF",
                 "role": "role", "solo": "xs:boolean"}),
    "Mute": ("", {**REFERENCED, "value": "xs:boolean"}),
    "Pan": ("", REAL),
    "Volume": ("", REAL),
    "Arrangement": ("Lanes?", REFERENCED),
    "Lanes": ("Lanes* Clips*", TIMELINE),
    "Clips": ("Clip*", TIMELINE),
    "Clip": ("Audio?",
             {**NAMED, "time!": "xs:double", "duration": "xs:double",
              "contentTimeUnit": "timeUnit", "playStart": "xs:double", "playStop": "xs:double",
              "fadeTimeUnit": "timeUnit", "fadeInTime": "xs:double",
              "fadeOutTime": "xs:double"}),
    "Audio": ("File", {**TIMELINE, "channels!": "xs:int", "sampleRate!": "xs:int",
                       "duration!": "xs:double", "algorithm": "xs:string"}),
    "File": ("", {"path!": "xs:string", "external": "xs:boolean"}),
}  # fmt: skip
METADATA = (
    "Title", "Artist", "Album", "OriginalArtist", "Composer", "Songwriter", "Producer", "Arranger",
    "Year", "Genre", "Copyright", "Website", "Comment",
)  # fmt: skip


def project_schema() -> etree.XMLSchema:
    """The schema of project.xml."""
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    for name, words in VALUES.items():
        kind = _sub(root, "simpleType", name=name)
        limits = _sub(kind, "restriction", base="xs:string")
        for word in words:
            _sub(limits, "enumeration", value=word)
    _sub(_sub(root, "simpleType", name="contents"), "list", itemType="content")
    for name, (children, attributes) in PROJECT.items():
        kind = _sub(_sub(root, "element", name=name), "complexType")
        order = _sub(kind, "sequence")
        for child in children.split():
            most = {"maxOccurs": "unbounded"} if child.endswith("*") else {}
            least = "0" if child[-1] in "?*" else "1"
            _sub(order, "element", ref=child.rstrip("?*"), minOccurs=least, **most)
        for attribute, of in attributes.items():
            use = "required" if attribute.endswith("!") else "optional"
            _sub(kind, "attribute", name=attribute.rstrip("!"), type=of, use=use)
    return etree.XMLSchema(root)


def metadata_schema() -> etree.XMLSchema:
    """The schema of metadata.xml."""
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    order = _sub(_sub(_sub(root, "element", name="MetaData"), "complexType"), "sequence")
    for name in METADATA:
        _sub(order, "element", name=name, type="xs:string", minOccurs="0")
    return etree.XMLSchema(root)


def _sub(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", attributes)
