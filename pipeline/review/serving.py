"""Serve the page on the loopback address until it is interrupted."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from waitress import create_server  # type: ignore[import-untyped]

from pipeline.errors import UsageError
from pipeline.review.app import create_app
from pipeline.review.gate import HOST, Gate
from pipeline.review.options import ReviewOptions

_THREADS = 8  # a screen asks for a handful of pictures at once


def serve(options: ReviewOptions, port: int, announce: Callable[[str], None]) -> None:
    """Serve until it is interrupted; `port` 0 takes a free one. `announce` hears each address to open.

    Raises UsageError when the port is taken, InputError when the tables are missing or damaged.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"port {port} is not free: {error.strerror}", hint="Give another --port"
            ) from error
        gate = Gate(listener.getsockname()[1], announce)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # waiting for a picture is no trouble
        server = create_server(create_app(options, gate), sockets=[listener], threads=_THREADS, ident=None)
        gate.renew()
        server.run()  # returns on Ctrl-C and SIGTERM, once the requests under way are answered
        server.close()
