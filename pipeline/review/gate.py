"""Who may talk to the page: this machine's browser, with a token that was printed on the terminal.

Other programs and web pages on the same machine can reach a loopback port too. So every request must name
this host (a page elsewhere that re-binds its name to 127.0.0.1 does not), every change must come from a
form of this page, and a session begins only with a token that works once.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable

HOST = "127.0.0.1"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without it a browser hides where a form comes from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """Hands out tokens for the page at `port`; `announce` hears the address of each new one.

    Nobody is let in before the first `renew`.
    """

    def __init__(self, port: int, announce: Callable[[str], None]) -> None:
        self.port = port
        self.admitted = 0  # how many tokens were used
        self._announce = announce
        self._token = ""
        self._lock = threading.Lock()
        self._hosts = frozenset((f"{HOST}:{port}", f"localhost:{port}"))
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    def renew(self) -> None:
        """Make a new token and announce its address; the former one is worth nothing."""
        self._token = secrets.token_urlsafe(24)
        self._announce(f"http://{HOST}:{self.port}/enter?token={self._token}")

    def admit(self, token: str) -> bool:
        """Whether `token` is the one that was announced last; it is used up by that."""
        with self._lock:
            is_right = bool(self._token) and hmac.compare_digest(token.encode(), self._token.encode())
            if is_right:
                self.admitted += 1
                self.renew()
        return is_right

    def is_own_host(self, host: str) -> bool:
        """Whether a request was made to this address and no other name for it."""
        return host in self._hosts

    def is_own_form(self, origin: str) -> bool:
        """Whether a change was sent by a page of this address (browsers always say so)."""
        return origin in self._origins
