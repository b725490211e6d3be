"""Makes the JACK connections that the wiring asks for, and reports those that cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Callable

from daw_bridge.errors import BridgeError, NoDevice
from daw_bridge.ports.jack.client import JackClient
from daw_bridge.ports.jack.wiring import Wiring

LOG = logging.getLogger(__name__)


class Connections:
    """`count`: how many connections our ports have. For the supervisor thread only."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._reported = ""
        self.count = 0

    def update(self, client: JackClient, report: Callable[[BridgeError], None]) -> None:
        """Connect what is due. `report` is called once for each new problem."""
        others = client.others()
        for link in self._wiring.due(others):
            try:
                client.connect(link)
            except NoDevice as error:
                if self._wiring.refused(link):
                    report(error)
            else:
                self._wiring.made(link)
                LOG.info("connected %s and %s", link.own, link.other)
        links = client.links()
        self._wiring.note(links)
        self.count = len(links)
        unmatched = self._wiring.unmatched(others)
        seen = unmatched.seen if unmatched else ""
        if unmatched and seen != self._reported:
            report(unmatched)
        self._reported = seen

    def server_gone(self) -> None:
        """All of it is to be made again."""
        self._wiring.server_gone()
