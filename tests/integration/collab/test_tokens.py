"""A session lives as long as its token: it is warned, renewed in band, and closed, by a clock that the test turns."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from mesh.identity import SERVICE_AUDIENCE, TokenSigner, TokenVerifier
from ot.operation import insert_at
from services.collab.settings import CollabSettings
from shoal.collab.v1 import collab_pb2 as pb
from shoal.error.v1.error_pb2 import (
    ERROR_REASON_INVALID_FIELD,
    ERROR_REASON_TOKEN_EXPIRED,
    ERROR_REASON_TOKEN_INVALID,
    ERROR_REASON_TOKEN_MISSING,
)
from tests.integration.collab.grants import VIEWER, GrantTable
from tests.integration.collab.mesh import Person, RunningMesh, running_mesh

_LIFETIME_S = 600  # What RunningMesh signs for.


class Clock:
    """Unix seconds, turned by hand."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def mesh(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, clock: Clock
) -> AsyncIterator[RunningMesh]:
    settings = CollabSettings(token_beat_s=0.01)
    async with running_mesh(database_url, signer, verifier, collab_settings=settings, clock=clock) as running:
        yield running


def _token(mesh: RunningMesh, name: str, lifetime_s: float = 4 * _LIFETIME_S) -> str:
    return mesh.signer.sign(f"users/{name}", name=name, lifetime_s=lifetime_s)


async def _refresh(person: Person, token: str, session: int = 0) -> None:
    await person.send(session=session, refresh_token=pb.RefreshToken(token=token))


async def test_a_session_is_warned_once_and_then_closed(mesh: RunningMesh, clock: Clock) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    clock.ahead_s = _LIFETIME_S - 60
    warning = (await ada.frame("token_expiring")).token_expiring
    assert 55 <= warning.seconds <= 60
    clock.ahead_s = _LIFETIME_S + 1
    closed = await ada.frame("closed")
    assert (closed.session, closed.closed.fault.reason) == (1, ERROR_REASON_TOKEN_EXPIRED)
    assert not [each for each in ada.frames if each.HasField("token_expiring")]


@pytest.mark.parametrize("session", [0, 1])
async def test_a_newer_token_keeps_the_session_and_is_warned_of_in_its_turn(
    mesh: RunningMesh, clock: Clock, session: int
) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    clock.ahead_s = _LIFETIME_S - 60
    await ada.frame("token_expiring")
    await _refresh(ada, _token(mesh, "ada"), session)
    refreshed = await ada.frame("token_refreshed")
    assert refreshed.session == session
    assert refreshed.token_refreshed.seconds > 2 * _LIFETIME_S
    clock.ahead_s = 2 * _LIFETIME_S
    await ada.submit(0, 1, insert_at(0, "still here"))
    await ada.frame("committed")
    clock.ahead_s = 4 * _LIFETIME_S - 60
    await ada.frame("token_expiring")
    clock.ahead_s = 4 * _LIFETIME_S + 1
    assert (await ada.frame("closed")).closed.fault.reason == ERROR_REASON_TOKEN_EXPIRED


async def test_a_token_of_the_call_renews_what_rests_on_it_alone(mesh: RunningMesh, clock: Clock) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    own = pb.Open(document=document, site="second", token=_token(mesh, "ada", _LIFETIME_S))
    await ada.send(session=2, open=own)
    await ada.frame("opened")
    await _refresh(ada, _token(mesh, "ada"))
    await ada.frame("token_refreshed")
    clock.ahead_s = _LIFETIME_S + 1
    assert (await ada.frame("closed")).session == 2
    await ada.submit(0, 1, insert_at(0, "first"))
    await ada.frame("committed")
    await ada.send(session=3, open=pb.Open(document=document, site="third"))
    assert (await ada.frame("opened")).session == 3, "the newer token opens what comes later"


@pytest.mark.parametrize("session", [0, 1])
async def test_the_token_of_somebody_else_changes_nothing(mesh: RunningMesh, clock: Clock, session: int) -> None:
    document = await mesh.create()
    ada = await mesh.join(document, "ada", raw=True)
    for token, reason in (
        (_token(mesh, "eve"), ERROR_REASON_TOKEN_INVALID),
        ("not.a.token", ERROR_REASON_TOKEN_INVALID),
        (_token(mesh, "ada", -100), ERROR_REASON_TOKEN_EXPIRED),
        ("", ERROR_REASON_TOKEN_MISSING),
    ):
        await _refresh(ada, token, session)
        refused = await ada.frame("stream_fault")
        assert (refused.session, refused.stream_fault.fault.reason) == (session, reason)
    clock.ahead_s = _LIFETIME_S + 1
    await ada.frame("closed")


async def test_an_answer_of_long_ago_is_asked_for_anew_though_nothing_was_heard(
    database_url: str, signer: TokenSigner, verifier: TokenVerifier, clock: Clock
) -> None:
    settings, grants = CollabSettings(token_beat_s=0.01, permission_keep_s=100.0), GrantTable()
    running = running_mesh(database_url, signer, verifier, collab_settings=settings, permissions=grants, clock=clock)
    async with running as mesh:
        ada = await mesh.join(await mesh.create(), "ada", raw=True)
        grants.let("ada", VIEWER, tell=False)
        clock.ahead_s = 101
        assert (await ada.frame("role_changed")).role_changed.role == pb.ROLE_VIEWER
        asked = len(grants.asked)
        await ada.submit(0, 1, insert_at(0, "no"))
        await ada.frame("refused")
        assert len(grants.asked) == asked, "once is enough"


async def test_a_services_stream_names_the_session(mesh: RunningMesh, clock: Clock) -> None:
    document = await mesh.create()
    edge = Person(mesh, "ada", document, "site-ada")
    edge.is_raw = True
    mesh.people.append(edge)
    service = mesh.signer.sign("services/edge", lifetime_s=60, audience=SERVICE_AUDIENCE)
    await edge.connect(token=service)
    await edge.open(token=_token(mesh, "ada", _LIFETIME_S))
    await _refresh(edge, _token(mesh, "ada"))
    assert (await edge.frame("stream_fault")).stream_fault.fault.reason == ERROR_REASON_INVALID_FIELD
    await _refresh(edge, _token(mesh, "ada"), session=1)
    await edge.frame("token_refreshed")
    clock.ahead_s = 2 * _LIFETIME_S
    await edge.submit(0, 1, insert_at(0, "a service's own token is not its users'"))
    await edge.frame("committed")
