"""ports.jack.connections: what is due is made, what cannot be made is reported once."""

from __future__ import annotations

from typing import Any

import pytest

from daw_bridge.errors import BridgeError, NoDevice, NoPort
from daw_bridge.ports.jack.connections import Connections
from daw_bridge.ports.jack.names import Others, port_names
from daw_bridge.ports.jack.wiring import Link, Wiring, parse_connect

SOURCES = ["player:out_1", "player:out_2"]


class FakeClient:
    """As much of a JackClient as it takes, in a server that may refuse connections."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.made: set[Link] = set()
        self.refuses = False

    def others(self) -> Others:
        return Others(tuple(self.sources))

    def links(self) -> set[Link]:
        return self.made

    def connect(self, link: Link) -> None:
        if self.refuses:
            raise NoDevice(f"{link.own} refused", "both ports", "Wait.")
        self.made.add(link)


class Rig:
    """Connections of the mix to a player, and what they report."""

    def __init__(self) -> None:
        rules = parse_connect("mix=player:*")
        self.connections = Connections(Wiring(rules, port_names((), ("drums",), 2)))
        self.client: Any = FakeClient()
        self.reported: list[BridgeError] = []

    def update(self) -> int:
        self.connections.update(self.client, self.reported.append)
        return self.connections.count


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_they_are_made_once_the_other_ports_are_there(rig: Rig) -> None:
    assert rig.update() == rig.update() == 0
    (problem,) = rig.reported  # once, however often it is looked for
    assert isinstance(problem, NoPort) and "mix=player:*" in problem.seen
    rig.client.sources = SOURCES
    assert rig.update() == 2
    assert rig.client.made == {Link("mix_in_L", SOURCES[0]), Link("mix_in_R", SOURCES[1])}
    rig.client.sources = []
    rig.client.made.clear()
    assert rig.update() == 0
    assert len(rig.reported) == 2  # it has gone since: that is new


def test_one_that_is_refused_is_reported_once_and_tried_again(rig: Rig) -> None:
    rig.client.sources, rig.client.refuses = SOURCES, True
    assert rig.update() == rig.update() == 0
    assert [one.seen for one in rig.reported] == ["mix_in_L refused", "mix_in_R refused"]
    rig.client.refuses = False
    assert rig.update() == 2


def test_what_the_user_removes_stays_removed_until_the_server_comes_back(rig: Rig) -> None:
    rig.client.sources = SOURCES
    rig.update()
    rig.client.made.clear()
    assert rig.update() == 0
    rig.connections.server_gone()
    assert rig.update() == 2
