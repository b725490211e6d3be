"""The table of every limit of the server, for docs/reference/zeromq.md, from the constants."""

from __future__ import annotations

from daw_bridge.cli.tables import markdown
from daw_bridge.files.runner import MAX_QUEUE
from daw_bridge.live.controls import CAPACITY
from daw_bridge.server import inbox
from daw_bridge.server.server import HEARTBEAT_S
from daw_bridge.server.session.peers import AUTH_S, MAX_CLIENTS, NOTIFY_S
from daw_bridge.server.session.snapshots import MAX_WAITING
from daw_bridge.server.session.streams import MAX_CHANGES
from daw_bridge.server.session.syncs import MAX_OWN_SYNCS, MAX_SYNCS
from daw_bridge.server.sockets import outgoing, refusals, timed, topics
from daw_bridge.server.sockets import zmq as sockets
from daw_bridge.server.streams import live, shelf, sync
from daw_bridge.server.streams.host import MAX_LOADS
from daw_bridge.server.streams.mailbox import MAX_REQUESTS, MAX_UNSENT_BYTES
from daw_bridge.server.streams.models import KEPT
from daw_bridge.settings.parameters import parameter
from daw_bridge.wire.osc_packets import MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT
from daw_bridge.wire.records import MAX_HEADER_BYTES, MAX_ITEMS
from daw_bridge.wire.requests import MAX_BLOCK_SAMPLES
from daw_bridge.wire.secret import MAX_SECRET_BYTES, MIN_SECRET_CHARACTERS
from daw_bridge.wire.zmq_audio import MAX_BUFFERS, MAX_CHANNELS

Row = tuple[str, str, str]
"""What; the most of it; what happens beyond."""

REFUSED = "refused, `busy`"


def limits() -> str:
    """Every limit, as Markdown: messages, queues, clients."""
    parts: list[str] = ["## Limits"]
    for title, rows in (("A message", _messages()), ("What waits", _queues()),
                        ("Clients", _clients())):  # fmt: skip
        parts += [f"### {title}", markdown(("what", "at most", "beyond it"), rows)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _messages() -> list[Row]:
    message_mb = f"{_default('max_message_mb')} MB (`--max-message-mb`)"
    return [
        ("a header", _bytes(MAX_HEADER_BYTES), "refused, `bad_message`"),
        ("texts or numbers in a list or an object", f"{MAX_ITEMS:,}", "refused, `bad_message`"),
        ("a message", message_mb, "refused, `too_large`; one frame alone: the server hangs up"),
        ("samples of a block, per channel", f"{MAX_BLOCK_SAMPLES:,}", "refused, `too_large`"),
        ("samples of a block of a live stream whose blocks vary", f"{live.LARGEST_BLOCK:,}",
         "refused, `bad_value`"),
        ("channels", f"{MAX_CHANNELS}", "refused, `too_large`"),
        ("buffers of a block: the mix and known stems", f"{MAX_BUFFERS}", "refused, `too_large`"),
        ("OSC: elements of a bundle, bundles in bundles", f"{MAX_ELEMENTS:,}, {MAX_DEPTH} deep",
         "refused, `bad_message`"),
        ("OSC: characters of a text that the server sends", f"{MAX_TEXT:,}", "cut"),
    ]  # fmt: skip


def _queues() -> list[Row]:
    credit = f"`credit`: {sync.CREDIT} (sync), {live.CREDIT} (live)"
    return [
        ("unanswered blocks of a stream", credit, REFUSED),
        ("`flush`, `reset`, `close` of a stream", f"{MAX_REQUESTS}", REFUSED),
        ("changes of a stream that load a model", f"{MAX_CHANGES}",
         "the oldest is refused, `busy`"),
        ("models to load, of all streams", f"{MAX_LOADS}", REFUSED),
        ("requests of one client",
         f"{inbox.MAX_LANE} or {_bytes(inbox.MAX_LANE_BYTES)}",
         f"a `set` takes the place of an earlier one of the same values; others are {REFUSED}"),
        ("clients that are new, with requests that wait", f"{inbox.MAX_NEW}",
         f"the one that has waited for longest is {REFUSED}"),
        ("requests of all clients", f"{inbox.MAX_ALL:,} or {_bytes(inbox.MAX_ALL_BYTES)}",
         f"the newest of the client with most is {REFUSED}"),
        ("snapshots that are being saved or loaded", f"{MAX_WAITING}", REFUSED),
        ("`sync` that are not answered", f"{MAX_OWN_SYNCS} of one client, {MAX_SYNCS} of all",
         REFUSED),
        ("jobs beside the one that runs", f"{MAX_QUEUE}", REFUSED),
        ("unread messages of one client", f"{sockets.MAX_WAITING}",
         "the others wait in the client's own socket"),
        ("answers to audio that the client does not read", _bytes(MAX_UNSENT_BYTES),
         "the stream waits"),
        ("other answers that a client does not read",
         f"{outgoing.MAX_MESSAGES:,} or {_bytes(outgoing.MAX_BYTES)}",
         "dropped, counted in `dropped_replies`"),
        ("such answers of all clients", _bytes(outgoing.MAX_ALL_BYTES),
         "dropped, counted in `dropped_replies`"),
        ("OSC messages that wait for their bundle's time",
         f"{timed.MAX_EACH:,} of one client; of all {timed.MAX_ALL:,} or "
         f"{_bytes(timed.MAX_BYTES)}", REFUSED),
        ("how far ahead a bundle's time may be", f"{timed.MAX_AHEAD_S:g} s",
         "refused, `bad_value`"),
        (f"answers `busy` over OSC within {refusals.SPAN_S:g} s",
         f"{refusals.MOST_EACH} to one address, {refusals.MOST_ALL} to all",
         "not sent, counted in `dropped_replies`"),
        ("events that wait to be published",
         f"{topics.MAX_EVENTS:,} or {_bytes(topics.MAX_EVENT_BYTES)}",
         "dropped, counted in `dropped_replies`"),
        ("events that a subscriber does not read",
         f"{topics.MAX_PIECES} of {_bytes(topics.PIECE_BYTES)}", "lost for this subscriber"),
        ("MIDI messages at `midi_in`, within 10 ms", f"{CAPACITY:,}",
         "the oldest are lost, counted in `lost_controls`"),
    ]  # fmt: skip


def _clients() -> list[Row]:
    reads_nothing = f"{outgoing.STALLED_S:g} s, 1 s more for each {_slowest()} that wait"
    return [
        ("open streams", f"{_default('max_streams')} (`--max-streams`)", REFUSED),
        ("a client that has gone", f"{HEARTBEAT_S + sockets.GONE_MS / 1000:g} s",
         "its streams end"),
        ("a client that reads nothing of its audio", reads_nothing,
         "its streams end, `not_reading`"),
        ("OSC clients registered with `notify`", f"{MAX_CLIENTS}",
         "the one that has been silent for longest goes"),
        ("silence of an OSC client", f"{NOTIFY_S / 60:g} minutes", "it is told no more"),
        ("senders that have given the secret", f"{MAX_CLIENTS}",
         "the one that has been silent for longest gives it again"),
        ("silence of a sender that has given the secret", f"{AUTH_S / 60:g} minutes",
         "it gives it again"),
        ("length of the secret",
         f"{MIN_SECRET_CHARACTERS} characters to {MAX_SECRET_BYTES} bytes",
         "the server does not start"),
        ("snapshots that are kept", f"{shelf.MAX_SNAPSHOTS:,}", "refused, `write_failed`"),
        ("models kept loaded that nobody uses", f"{KEPT}", "the oldest goes"),
    ]  # fmt: skip


def _slowest() -> str:
    return _bytes(outgoing.SLOWEST_BYTES_PER_S)


def _default(name: str) -> str:
    return str(parameter(name).default)


def _bytes(size: int) -> str:
    for unit, name in ((2**20, "MiB"), (2**10, "KiB"), (10**6, "MB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size:,} bytes"
