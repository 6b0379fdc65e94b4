"""The web server: Solara's, behind a check of who is asking.

A page of another site must not be able to talk to ours, nor may a name that was made
to point at this machine: both Host and Origin have to be ours.
"""

import os
from typing import Any

from solara.server.starlette import app

Scope = dict[str, Any]
FORBIDDEN = 403
ALIVE = "/alive"
"""Where the page asks whether it is still the server that it was loaded from."""


class Ours:
    """Lets through what was asked by our own page, and nothing else."""

    def __init__(self, inner: Any, hosts: set[str]) -> None:
        self._inner = inner
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one connection, or refuse it."""
        if scope["type"] not in ("http", "websocket") or self._ours(scope):
            if scope["type"] == "http" and scope["path"] == ALIVE:
                await _plain(send, 200, os.environ.get("FLASHPOINT_SERVER", ""))
            else:
                await self._inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _plain(send, FORBIDDEN, "not from this page")

    def _ours(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        origin = headers.get(b"origin", b"").decode("latin-1")
        if "*" not in self._hosts and _name(host) not in self._hosts:
            return False
        return not origin or origin.split("://", 1)[-1] == host


async def _plain(send: Any, status: int, text: str) -> None:
    """Answer with a line of text."""
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _name(host: str) -> str:
    """Return a host without its port."""
    if host.startswith("["):
        return host[1:].split("]", 1)[0]
    return host.rsplit(":", 1)[0]


def hosts(setting: str) -> set[str]:
    """Return the names by which the page may be asked for; all on an open address."""
    names = {name for name in setting.split(",") if name}
    return {"*"} if names & {"0.0.0.0", "::"} else names


web = Ours(app, hosts(os.environ.get("FLASHPOINT_HOSTS", "127.0.0.1,localhost,::1")))
