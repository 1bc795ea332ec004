"""Where a verb sends its calls, and as whom.

Owns the options --url, --grpc, --token and --data, and what they mean when they are left out: the local instance, in
the name of the person at the terminal.
"""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import grpc
import typer

from cli.errors import Failed, failed_call
from cli.instance import DataDirectory
from mesh.faults import InvalidField
from mesh.names import document_name, parse_document, parse_document_id

DEFAULT_GRPC_PORT = 50051
TOKEN_LIFETIME_S = 24 * 3600
"""Tokens made on the fly live for a day: longer than any replay, shorter than a forgotten shell."""
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_TLS = "grpcs://"

DataOption = Annotated[Path, typer.Option("--data", help="The data directory of the local instance.")]
UrlOption = Annotated[
    str | None,
    typer.Option("--url", help="Where Shoal is: http://HOST:PORT. Left out: the local instance.", metavar="URL"),
]
GrpcOption = Annotated[
    str | None,
    typer.Option(
        "--grpc",
        help=f"Its gRPC address. Left out: as the local instance says, else port {DEFAULT_GRPC_PORT} of --url's host. "
        "With grpcs:// before it over TLS, with the files that SHOAL_TLS_CA, SHOAL_TLS_CERT and SHOAL_TLS_KEY name.",
        metavar="[grpcs://]HOST:PORT",
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option("--token", help="Who you are. Left out: yourself, signed with the data directory's key."),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The document: documents/x, or x.")]


@dataclass(frozen=True, slots=True)
class Target:
    """A Shoal to talk to: `url` without a slash at the end, `grpc_address` as host:port, `tls` whether it is sealed."""

    url: str
    grpc_address: str
    token: str
    tls: bool = False

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What every gRPC call carries."""
        return (("authorization", f"Bearer {self.token}"),)

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[grpc.aio.Channel]:
        """Open a channel; a call that fails inside the block ends it with Failed."""
        async with self.open_channel() as channel:
            try:
                yield channel
            except grpc.aio.AioRpcError as error:
                if self.tls and error.code() is grpc.StatusCode.UNAVAILABLE and not error.trailing_metadata():
                    raise self.unreachable(error) from error
                raise failed_call(error, self.grpc_address) from error

    def open_channel(self, *options: tuple[str, int], max_receive_bytes: int = _MAX_MESSAGE_BYTES) -> grpc.aio.Channel:
        """Return a channel, to be closed; its calls fail with gRPC's own errors. Raises Failed for TLS files amiss."""
        said = [("grpc.max_receive_message_length", max_receive_bytes), *options]
        if not self.tls:
            return grpc.aio.insecure_channel(self.grpc_address, options=said)
        return grpc.aio.secure_channel(self.grpc_address, tls_credentials(), options=said)

    def unreachable(self, error: grpc.aio.AioRpcError) -> Failed:
        """Return what to say when nobody answered."""
        if self.tls:
            return Failed(f"no Shoal that is believed answers at {_TLS}{self.grpc_address}: {error.details()}")
        return failed_call(error, self.grpc_address)


def find_target(*, url: str | None, grpc_address: str | None, token: str | None, data: Path) -> Target:
    """Return where to call: what the options say, and for what they leave out the instance on `data`. Raises Failed."""
    directory = DataDirectory(data)
    local = directory.address()
    tls = grpc_address is not None and grpc_address.startswith(_TLS)
    if grpc_address is not None:
        grpc_address = grpc_address.removeprefix(_TLS)
        if not grpc_address.strip() or "://" in grpc_address:
            raise Failed(f"--grpc must be HOST:PORT or {_TLS}HOST:PORT")
    if url is None and local is None:
        if grpc_address is None:
            raise Failed(f"no Shoal is running on {data}; start it with `shoal up`, or give --url and --token")
        url = f"http://{grpc_address.rpartition(':')[0]}:8080"
    url = (url or local.url if local else url or "").rstrip("/")
    host, port = _host_and_port(url)
    if grpc_address is None:
        is_local = local is not None and _host_and_port(local.url)[1] == port and host in ("localhost", "127.0.0.1")
        grpc_address = local.grpc if local and is_local else f"{host}:{DEFAULT_GRPC_PORT}"
    if token is None:
        token = directory.signer().sign(getpass.getuser(), lifetime_s=TOKEN_LIFETIME_S)
    token = token.strip()
    if not token.isascii() or not token.isprintable():
        raise Failed("--token has characters that no token has")
    return Target(url, grpc_address, token, tls)


def tls_credentials() -> grpc.ChannelCredentials:
    """Return whom to believe and as whom to come, from the SHOAL_TLS_... variables. Raises Failed."""
    # Imported where it is needed: settings take a quarter of a second, and most calls are plain.
    from pydantic import ValidationError

    from mesh.settings import TlsSettings
    from mesh.tls import channel_credentials

    try:
        return channel_credentials(TlsSettings()) or grpc.ssl_channel_credentials()
    except ValidationError as error:
        raise Failed(error.errors()[0]["msg"]) from None
    except OSError as error:
        raise Failed(f"cannot read {error.filename}: {error.strerror}") from None


def full_name(name: str) -> str:
    """Return `documents/x` for `documents/x` or `x`. Raises Failed when it is neither."""
    try:
        if "/" in name:
            return document_name(parse_document(name))
        return document_name(parse_document_id(name, "name"))
    except InvalidField as error:
        raise Failed(f"{name!r} is not the name of a document: {error.message}") from error


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not http")
        return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Failed(f"--url must be http://HOST:PORT, not {url!r}") from None
