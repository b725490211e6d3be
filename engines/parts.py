"""Several files as one model: a session for each that is needed.

Parts are one graph: their inputs are called alike, and an output of a file is asked for by the
file's name and its own, "drums.onnx:y". Of files that are one after another each is run by itself
(`session_of`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engines.providers import JOINT
from engines.session import Feeds, PortShape, Session
from engines.types import Audio


def output_of(file: str, name: str) -> str:
    """What the output `name` of a file is asked for by."""
    return f"{file}:{name}"


def session_of(session: Session, file: str = "") -> Session:
    """The session of that file of several, "" for the first; of one file, its own."""
    if not isinstance(session, PartSessions):
        return session
    return session.sessions[file] if file else next(iter(session.sessions.values()))


class PartSessions:
    """Fulfils engines.session.Session for the sessions of some files, by the files' names."""

    def __init__(self, sessions: Mapping[str, Session]) -> None:
        self.sessions = dict(sessions)
        self._first = next(iter(self.sessions.values()))
        self.metadata: dict[str, str] = {}
        self.outputs: dict[str, PortShape] = {
            output_of(file, name): shape
            for file, session in self.sessions.items()
            for name, shape in session.outputs.items()
        }
        self._whose = {
            output_of(file, name): (session, name)
            for file, session in self.sessions.items()
            for name in session.outputs
        }

    @property
    def provider(self) -> str:
        """Of all files: one name where they run on the same (`engines.providers.all_of`)."""
        return JOINT.join(dict.fromkeys(one.provider for one in self.sessions.values()))

    @property
    def note(self) -> str:
        """One for all files, or each file's."""
        notes = {file: one.note for file, one in self.sessions.items()}
        if len(set(notes.values())) == 1:
            return self._first.note
        return "; ".join(f"{file} {note}" for file, note in notes.items())

    @property
    def inputs(self) -> Mapping[str, PortShape]:
        return self._first.inputs

    @property
    def types(self) -> Mapping[str, str]:
        outputs = {name: session.types[own] for name, (session, own) in self._whose.items()}
        return {name: self._first.types[name] for name in self.inputs} | outputs

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output of that name. Raises InferenceError."""
        session, own = self._whose[output]
        return session.run(own, feeds)

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        """Those outputs: one run of each file that has some of them. Raises InferenceError."""
        found: dict[str, Audio] = {}
        for session in self.sessions.values():
            mine = [name for name in outputs if self._whose[name][0] is session]
            if mine:
                answers = session.run_several([self._whose[name][1] for name in mine], feeds)
                found |= dict(zip(mine, answers, strict=True))
        return [found[name] for name in outputs]
