"""Certificates between services: who has none, or a stranger's, does not come as far as a token."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.channels import Channels
from mesh.grpc_server import serve
from mesh.identity import TokenVerifier
from mesh.settings import GrpcSettings, TlsSettings
from tests.integration.mesh.certificates import Authority, Files


def tls(authority: Authority, files: Files | None = None, *, require_client: bool = False) -> TlsSettings:
    return TlsSettings(
        cert=files.cert if files else None,
        key=files.key if files else None,
        ca=authority.ca,
        require_client=require_client,
    )


@asynccontextmanager
async def server(verifier: TokenVerifier, settings: TlsSettings | None) -> AsyncIterator[str]:
    async with serve(GrpcSettings(port=0, shutdown_grace_s=0), verifier, [], tls=settings) as running:
        yield running.address


async def answers(address: str, settings: TlsSettings | None) -> bool:
    """Whether a service with these certificates comes through to the health of another."""
    async with Channels(tls=settings).open(address) as channel:
        try:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
        except grpc.aio.AioRpcError as error:
            assert error.code() is grpc.StatusCode.UNAVAILABLE
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


async def test_without_certificates_all_is_plain(verifier: TokenVerifier) -> None:
    async with server(verifier, TlsSettings()) as address:
        assert await answers(address, None)
        assert await answers(address, TlsSettings())


async def test_services_with_certificates_of_one_authority_reach_each_other(
    verifier: TokenVerifier, authority: Authority
) -> None:
    async with server(verifier, tls(authority, authority.issue("collab"), require_client=True)) as address:
        assert await answers(address, tls(authority, authority.issue("edge")))


async def test_who_has_no_certificate_is_refused_where_one_is_asked_for(
    verifier: TokenVerifier, authority: Authority
) -> None:
    collab = authority.issue("collab")
    async with server(verifier, tls(authority, collab, require_client=True)) as address:
        assert not await answers(address, tls(authority))
        assert not await answers(address, None), "plain text is no way around"
    async with server(verifier, tls(authority, collab)) as address:
        assert await answers(address, tls(authority)), "where none is asked for, the authority is enough"


async def test_a_certificate_of_a_stranger_is_refused_on_both_sides(
    verifier: TokenVerifier, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "stranger", "stranger")
    theirs = stranger.issue("edge")
    async with server(verifier, tls(authority, authority.issue("collab"), require_client=True)) as address:
        assert not await answers(address, tls(authority, theirs))
        assert not await answers(address, tls(stranger, theirs))
    async with server(verifier, tls(stranger, stranger.issue("collab"))) as address:
        assert not await answers(address, tls(authority, authority.issue("edge")))


async def test_a_server_of_another_name_is_not_spoken_to(verifier: TokenVerifier, authority: Authority) -> None:
    async with server(verifier, tls(authority, authority.issue("collab", "192.0.2.1"))) as address:
        assert not await answers(address, tls(authority))


async def test_a_new_certificate_is_used_from_the_next_connection_on(
    verifier: TokenVerifier, authority: Authority, tmp_path: Path
) -> None:
    next_authority = Authority(tmp_path / "next", "next")
    files = authority.issue("collab")
    async with server(verifier, tls(authority, files)) as address:
        assert await answers(address, tls(authority))
        assert not await answers(address, tls(next_authority))
        renewed = next_authority.issue("collab")
        for new, old in ((renewed.key, files.key), (renewed.cert, files.cert)):
            new.replace(old)
            os.utime(old, ns=(1, 1))
        assert await answers(address, tls(next_authority))
        assert not await answers(address, tls(authority))
        files.cert.unlink()
        assert await answers(address, tls(next_authority)), "a file that is away changes nothing"


async def test_a_certificate_that_is_not_there_is_named_at_the_start(
    verifier: TokenVerifier, authority: Authority, tmp_path: Path
) -> None:
    missing = Files(tmp_path / "none.pem", tmp_path / "none-key.pem")
    with pytest.raises(FileNotFoundError, match=r"none\.pem"):
        async with server(verifier, tls(authority, missing)):
            pass
    with pytest.raises(FileNotFoundError, match=r"none"):
        Channels(tls=tls(authority, missing)).open("127.0.0.1:1")
