"""The actions of `daw-bridge ctl` that are one question and one answer.

Each is a row of ASKS: what it takes, the request, and the answer in words.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from daw_bridge.cli.ctl import texts
from daw_bridge.cli.ctl.lines import as_json, say
from daw_bridge.cli.ctl.reach import connect
from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.settings.parameters import PREFIX, Value, resolve
from daw_bridge.settings.patterns import is_pattern
from daw_bridge.settings.values import Values
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire import replies as told
from daw_bridge.wire import requests as ask

Args = argparse.Namespace


@dataclass(frozen=True)
class Ask:
    """One question. `kind`: the type of its answer; `text`: the answer in words."""

    help: str
    request: Callable[[Args], ask.Request]
    kind: type[told.Reply]
    text: Callable[[Any, Args], str]
    arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None

    def run(self, args: Args) -> int:
        """Ask, and print the answer. Raises BridgeError."""
        request = self.request(args)
        with connect(args) as client:
            reply = client.ask(request, self.kind)
        say(as_json(reply) if hasattr(args, "json") else self.text(reply, args))
        return 0


# Parameters.


def add_stream(parser: argparse.ArgumentParser) -> None:
    """`--stream N`."""
    parser.add_argument(
        "--stream", type=int, default=DEFAULT_STREAM, metavar="N",
        help=f"The stream's number. Default: {DEFAULT_STREAM}.",
    )  # fmt: skip


def _get_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names", nargs="*", metavar="NAME",
        help="Parameters, or patterns such as 'stem/*/gain'. Default: all of them.",
    )  # fmt: skip
    add_stream(parser)


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pairs", nargs="+", metavar="NAME VALUE",
        help="What to set, also several pairs, and NAME=VALUE. All are set, or none.",
    )  # fmt: skip
    add_stream(parser)


def name_of(text: str) -> str:
    """A parameter's name, also where its OSC address was given."""
    return text.removeprefix(PREFIX).removeprefix("/")


def pairs_of(texts_given: Sequence[str]) -> Values:
    """`["stem/drums/gain", "-6", "bypass=1"]` -> names and values, as the table types them.

    Raises BadValue, UnknownParameter.
    """
    rest = list(texts_given)
    pairs: dict[str, Value] = {}
    while rest:
        name, mark, text = rest.pop(0).partition("=")
        if not mark:
            if not rest:
                raise BadValue(f"{name} without a value", "pairs: NAME VALUE", "Give the value.")
            text = rest.pop(0)
        pairs[name_of(name)] = typed(name_of(name), text)
    return tuple(pairs.items())


def typed(name: str, text: str) -> Value:
    """The text as the parameter's type. What a pattern matches knows the server alone."""
    if not is_pattern(name):
        return resolve(name)[0].parse(text)
    with suppress(ValueError):
        return int(text)
    with suppress(ValueError):
        return float(text)
    return text


def _set(args: Args) -> ask.Set:
    return ask.Set(pairs_of(args.pairs), stream_of(args))


def _get(args: Args) -> ask.Get:
    names = tuple(name_of(one) for one in args.names)
    for name in names:
        if not is_pattern(name):
            resolve(name)  # misspelled: the error need not come from the server
    return ask.Get(names, stream_of(args))


def stream_of(args: Args) -> int:
    """`--stream`. Raises BadValue."""
    if not 1 <= args.stream < 2**31:
        raise BadValue(f"--stream {args.stream}", "a number from 1", "See `daw-bridge ctl status`.")
    return int(args.stream)


def _values(reply: told.ValuesReply, args: Args) -> str:
    """One value alone where one name was asked for, else a line each with its name."""
    asked: Sequence[str] = getattr(args, "names", ())
    alone = len(asked) == 1 and not is_pattern(asked[0])
    return texts.values(reply, alone)


# The rest.


def _midi_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", default="list", choices=ask.MIDI_ACTIONS,
        help="learn: the next controller that moves sets PARAMETER; forget: none does any more.",
    )  # fmt: skip
    parser.add_argument(
        "parameter", nargs="?", default="", metavar="PARAMETER",
        help="For example stem/drums/gain; with forget, none stands for all.",
    )  # fmt: skip


def _midi(args: Args) -> ask.Midi:
    address = name_of(args.parameter)
    if args.action == "learn" and not address:
        raise UnknownParameter("learn without a parameter", "its name", "E.g. stem/drums/gain.")
    if args.action == "list" and address:
        raise BadValue(f"list {address}", "learn or forget with a parameter", "Leave it out.")
    return ask.Midi(args.action, address)


ASKS: dict[str, Ask] = {
    "status": Ask("What is running: streams, their latency and load, jobs, clients.",
                  lambda args: ask.Status(), told.StatusReply, lambda reply, args:
                  texts.status(reply)),
    "get": Ask("Show parameters of a stream.", _get, told.ValuesReply, _values, _get_arguments),
    "set": Ask("Set parameters of a stream; answered once they are in effect.", _set,
               told.ValuesReply, _values, _set_arguments),
    "reset": Ask("Start a stream over, as after a jump of the transport.",
                 lambda args: ask.Reset(stream_of(args)), told.DoneReply, lambda reply, args: "",
                 add_stream),
    "models": Ask("The models that the server can load.", lambda args: ask.Models(),
                  told.ModelsReply, lambda reply, args: texts.models(reply)),
    "clients": Ask("Who gets news over OSC, and which hosts have given the secret.",
                   lambda args: ask.Clients(), told.ClientsReply, lambda reply, args:
                   texts.clients(reply)),
    "midi": Ask("Which MIDI controllers set which parameters; learn one, forget one.", _midi,
                told.MidiReply, lambda reply, args: texts.midi(reply), _midi_arguments),
    "quit": Ask("Shut the server down.", lambda args: ask.Quit(), told.DoneReply,
                lambda reply, args: "the server shuts down"),
}  # fmt: skip
"""Action -> its question."""
