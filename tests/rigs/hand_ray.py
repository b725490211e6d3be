"""As much of Ray as `pools.cluster` uses, with threads for actors: what it calls is what Ray has.

The real Ray is met by `tests.bench.ray_library`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from types import SimpleNamespace
from typing import Any


class RayError(Exception):
    """Any error of Ray."""


class RayTaskError(RayError):
    """The actor's own code raised."""


class ActorDiedError(RayError):
    """The actor's process has died."""


class _Method:
    def __init__(self, actor: Actor, name: str) -> None:
        self._actor, self._name = actor, name

    def remote(self, *arguments: Any) -> Future[Any]:
        return self._actor.call(self._name, arguments)


class Actor:
    """An object whose methods run in threads."""

    def __init__(self, made: Callable[[], Any], ray: HandRay, options: dict[str, Any]) -> None:
        self.options, self._ray, self.dead = options, ray, False
        self._threads = ThreadPoolExecutor(options["max_concurrency"])
        self.object = self._threads.submit(made)
        self._answers: list[Future[Any]] = []

    def __getattr__(self, name: str) -> _Method:
        return _Method(self, name)

    def call(self, name: str, arguments: tuple[Any, ...]) -> Future[Any]:
        answer: Future[Any] = Future()
        self._answers.append(answer)
        if self.dead:
            answer.set_exception(ActorDiedError("dead"))
            return answer
        done = self._threads.submit(lambda: getattr(self.object.result(), name)(*arguments))
        done.add_done_callback(lambda found: self._told(answer, found))
        return answer

    def _told(self, answer: Future[Any], found: Future[Any]) -> None:
        if answer.done():
            return
        error = found.exception()
        if error is None:
            answer.set_result(found.result())
        else:
            answer.set_exception(RayTaskError(f"{type(error).__name__}: {error}"))

    def die(self) -> None:
        """As after SIGKILL: nothing it was asked is answered any more."""
        self.dead = True
        for answer in self._answers:
            if not answer.done():
                answer.set_exception(ActorDiedError("dead"))
        self.object.result().cancel()  # no thread can be killed
        self._threads.shutdown(wait=False)


class HandRay:
    """The module `ray`; `cores` of each node."""

    def __init__(self, cores: tuple[int, ...] = (2,)) -> None:
        self.cores, self.actors = cores, list[Actor]()
        self.inits: list[dict[str, Any]] = []
        self.refusal: Exception | None = None
        self.exceptions = SimpleNamespace(
            RayError=RayError, RayTaskError=RayTaskError, ActorDiedError=ActorDiedError
        )

    def init(self, **options: Any) -> None:
        self.inits.append(options)
        print("(raylet) what Ray prints")
        if self.refusal is not None:
            raise self.refusal

    def shutdown(self) -> None:
        for one in self.actors:
            self.kill(one)

    def nodes(self) -> list[dict[str, Any]]:
        nodes = [{"Alive": True, "Resources": {"CPU": float(one)}} for one in self.cores]
        return [*nodes, {"Alive": False, "Resources": {"CPU": 64.0}},
                {"Alive": True, "Resources": {}}]  # fmt: skip

    def remote(self, made: Callable[[], Any]) -> Any:
        def options(**given: Any) -> Any:
            return SimpleNamespace(remote=lambda: self._actor(made, given))

        return SimpleNamespace(options=options)

    def _actor(self, made: Callable[[], Any], given: dict[str, Any]) -> Actor:
        self.actors.append(Actor(made, self, given))
        return self.actors[-1]

    def wait(self, answers: list[Future[Any]], timeout: float) -> tuple[list[Any], list[Any]]:
        done, other = wait_for(answers, min(timeout, 0.01))
        return list(done), list(other)

    def get(self, answer: Future[Any], timeout: float | None = None) -> Any:
        try:
            return answer.result(timeout)
        except TimeoutError as error:
            raise RayError("late") from error

    def kill(self, actor: Actor) -> None:
        if not actor.dead:
            actor.die()


def installed(monkeypatch: Any, ray: HandRay) -> HandRay:
    """`import ray` gives this one."""
    monkeypatch.setitem(sys.modules, "ray", ray)
    return ray
