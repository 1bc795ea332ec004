"""Signing in by name, in development: who may, and what a request says."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import grpc
from aiohttp import web

from edge.handshake import OriginNotAllowed
from edge.status import read_body
from mesh import faults
from mesh.development import MAX_NAME, is_name
from mesh.loopback import is_loopback

_MAX_BODY_BYTES = 4096


class NoDevelopmentSignIn(faults.Fault):
    """This instance does not sign tokens; the identity provider does."""

    code, reason = grpc.StatusCode.UNIMPLEMENTED, faults.Reason.ERROR_REASON_NO_DEVELOPMENT_SIGN_IN

    def __init__(self) -> None:
        super().__init__("signing in by name is for development; get a token from the identity provider")


def check_own_name(request: web.Request) -> None:
    """Refuse a Host that is no name of this machine: a page whose own name was rebound to us looks like ours."""
    try:
        host = urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        host = ""
    if not is_loopback(host):
        raise OriginNotAllowed("development sign-in is for localhost")


async def read_name(request: web.Request) -> str:
    """Return the name that a body gives. Raises InvalidField, MalformedMessage, TooLarge."""
    if request.content_type != "application/json":
        raise faults.InvalidField("body", "must be application/json")
    try:
        body = json.loads(await read_body(request, _MAX_BODY_BYTES))
    except ValueError:
        raise faults.MalformedMessage("the body is not JSON") from None
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str) or not is_name(name.strip()):
        raise faults.InvalidField("name", f"must be 1 to {MAX_NAME} printable characters")
    return name.strip()
