"""A flood keeps neither the end of the server nor other clients waiting."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from tests.rigs.server import OscEnd, ready_line, serve, serving


@pytest.mark.usefixtures("heard_signals")
def test_stopping_drops_what_waits(tmp_path: Path) -> None:
    """A flood that goes on while the server stops does not keep it."""
    with serve("--json") as process:
        ready = ready_line(process)
        ended = threading.Event()

        def flood() -> None:
            with OscEnd(ready["osc_port"]) as end:
                while not ended.is_set():
                    for number in range(100):
                        end.send("/dawbridge/models")
                        end.send("/dawbridge/separate", number, "/dev/null", str(tmp_path))

        flooding = threading.Thread(target=flood)
        flooding.start()
        try:
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            ended.set()
            flooding.join()


def test_a_flood_keeps_nobody_else_waiting() -> None:
    with serving() as running, running.osc() as flood, running.dealer() as end:
        real = running.server._session.handle

        def slow(event: object) -> list[object]:
            time.sleep(0.002)
            return list(real(event))

        running.server._session.handle = slow  # type: ignore[assignment, method-assign]
        for _ in range(400):
            flood.send("/dawbridge/status")
        assert end.ask("sync", 3, number=1)["type"] == "sync.reply"
        assert len(running.server._inbox) > 50  # the flood is far from done
