"""Listens for calls: on loopback as it is, for other machines with certificates of both ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import grpc
from tritonclient.grpc import service_pb2_grpc as rpc

from daw_bridge.errors import PortTaken, UnsafeBind
from daw_bridge.remote.address import Address
from daw_bridge.remote.certificates import read_certificates
from daw_bridge.remote.serving.joined import MOST_WAITING
from daw_bridge.remote.serving.servicer import Servicer
from daw_bridge.remote.serving.shelf import Shelf

MB = 1 << 20
SPARE_CALLS = 16
"""Calls at once beside those that wait: short ones, that ask whether all is well."""
GRACE_S = 1.0
"""So long calls may still be answered at the end."""


@dataclass(frozen=True)
class EngineOptions:
    """`threads` are each run's, `workers` the runs at once, `together` the windows of one.

    Raises UnsafeBind where the address can be reached from elsewhere and has no certificates.
    """

    listen: Address
    workers: int = 1
    together: int = 1
    most_message_mb: int = 64

    def __post_init__(self) -> None:
        if not self.listen.loopback and self.listen.certificates is None:
            raise UnsafeBind(
                f"--listen {self.listen.target} without --certs",
                "certificates where other machines can reach it",
                "Make them with `daw-bridge certs`, or listen on 127.0.0.1.",
            )


class EngineServer:
    """Serves a shelf's models from `start` to `stop`; a context manager of both."""

    def __init__(self, shelf: Shelf, options: EngineOptions) -> None:
        self._options = options
        self.servicer = Servicer(shelf, options.workers, options.together)
        self.port = 0
        most = MOST_WAITING + options.workers + SPARE_CALLS
        size = options.most_message_mb * MB
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="daw-bridge call")
        self._server = grpc.server(
            self._pool,
            options=[
                ("grpc.max_receive_message_length", size),
                ("grpc.max_send_message_length", -1),
                ("grpc.so_reuseport", 0),
            ],
            maximum_concurrent_rpcs=most,
        )
        rpc.add_GRPCInferenceServiceServicer_to_server(self.servicer, self._server)

    @property
    def address(self) -> Address:
        """Where it listens, with the port that was found."""
        listen = self._options.listen
        return Address(listen.host, self.port, listen.certificates)

    def start(self) -> Self:
        """Listen. Raises PortTaken, BadCertificates."""
        listen = self._options.listen
        try:
            self.port = self._bound(listen)
        except RuntimeError as error:
            self.stop()
            seen = f"{listen.target}, which cannot be listened on"
            action = "Stop what listens there, or choose another port; 0 finds a free one."
            raise PortTaken(seen, "a free port of this machine", action) from error
        self._server.start()
        return self

    def _bound(self, listen: Address) -> int:
        if listen.certificates is None:
            return int(self._server.add_insecure_port(listen.target))
        found = read_certificates(listen.certificates)
        pair = [(found.key, found.own)]
        credentials = grpc.ssl_server_credentials(pair, found.ca, require_client_auth=True)
        return int(self._server.add_secure_port(listen.target, credentials))

    def stop(self) -> None:
        """Take no more calls; those that are computed end within GRACE_S or fail."""
        done = self._server.stop(GRACE_S)
        self.servicer.close()
        done.wait()
        self._pool.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()
