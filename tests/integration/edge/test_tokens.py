"""The token of an open socket: warned of, renewed in band, and the socket closed with it, by a clock that is turned."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from mesh.identity import TokenSigner, TokenVerifier
from shoal.collab.v1 import collab_pb2 as pb
from tests.integration.edge.world import Reason, World, edge_world, open_frame, opened, until

_LIFETIME_S = 300  # What World signs for.


@pytest.fixture
async def world(signer: TokenSigner, verifier: TokenVerifier) -> AsyncIterator[World]:
    async with edge_world(signer, verifier) as made:
        yield made


def _turn(world: World, ahead_s: float) -> None:
    world.edge.sockets.clock = lambda: time.time() + ahead_s


def _refresh(token: str, session: int = 0) -> pb.ClientFrame:
    return pb.ClientFrame(session=session, refresh_token=pb.RefreshToken(token=token))


async def test_a_socket_is_warned_once_and_closed_with_its_token(world: World) -> None:
    ada = await world.join("ada")
    _turn(world, _LIFETIME_S - 60)
    warning = await ada.frame("token_expiring")
    assert (warning.session, warning.room) == (0, 0)
    assert 50 <= warning.token_expiring.seconds <= 60
    assert await ada.answers_ping(), "nothing else came"
    _turn(world, _LIFETIME_S + 1)
    assert await ada.closed() == 4401


async def test_a_newer_token_keeps_the_socket_and_goes_to_the_sessions_that_rest_on_it(world: World) -> None:
    ada = await world.connect("ada")
    first = await world.enter(ada, session=1)
    await ada.send(open_frame(2, token=world.token("ada", 77)))
    second = (await world.collab.next("open")).session
    world.collab.say(opened(second, 1, 0))
    await ada.frame("opened")
    newer = world.token("ada", 4 * _LIFETIME_S)
    await ada.send(_refresh(newer))
    forwarded = await world.collab.next("refresh_token")
    assert (forwarded.session, forwarded.refresh_token.token) == (first, newer)
    refreshed = await ada.frame("token_refreshed")
    assert refreshed.session == 0
    assert refreshed.token_refreshed.seconds > 3 * _LIFETIME_S
    _turn(world, 2 * _LIFETIME_S)
    await ada.send(open_frame(3))
    third = await world.collab.next("open")
    assert third.open.token == newer, "what opens later rests on the newer token"
    assert world.collab.nothing_received()
    _turn(world, 4 * _LIFETIME_S + 1)
    assert await ada.closed() == 4401


async def test_what_collab_says_of_tokens_is_told_only_of_sessions_with_one_of_their_own(world: World) -> None:
    ada = await world.connect("ada")
    first = await world.enter(ada, session=1)
    second = await world.enter(ada, session=2)
    own = world.token("ada")
    await ada.send(_refresh(own, session=2))
    assert (await world.collab.next("refresh_token")).session == second
    for number in (first, second):
        world.collab.say(
            pb.ServerFrame(session=number, token_refreshed=pb.TokenRefreshed(seconds=9)),
            pb.ServerFrame(session=number, token_expiring=pb.TokenExpiring(seconds=9)),
        )
    assert (await ada.frame("token_refreshed")).session == 2
    assert (await ada.frame("token_expiring")).session == 2
    assert await ada.answers_ping(), "nothing else came"


@pytest.mark.parametrize(
    ("subject", "lifetime_s", "reason"),
    [
        ("eve", _LIFETIME_S, Reason.ERROR_REASON_TOKEN_INVALID),
        ("ada", -100, Reason.ERROR_REASON_TOKEN_EXPIRED),
        ("", 0, Reason.ERROR_REASON_TOKEN_MISSING),
    ],
)
async def test_a_token_that_is_no_newer_one_of_the_same_user_changes_nothing(
    world: World, subject: str, lifetime_s: float, reason: int
) -> None:
    ada = await world.join("ada")
    await ada.send(_refresh(world.token(subject, lifetime_s) if subject else ""))
    assert (await ada.fault()).reason == reason
    assert await ada.answers_ping()
    assert world.collab.nothing_received()
    _turn(world, _LIFETIME_S + 1)
    assert await ada.closed() == 4401


async def test_frames_of_rooms_beyond_documents_go_to_their_session_alone(world: World) -> None:
    ada, bob = await world.connect("ada"), await world.connect("bob")
    numbers = {}
    for person in (ada, bob):
        await person.send(open_frame(5, document="projects/reef"))
        numbers[person.subject] = (await world.collab.next("open")).session
        world.collab.say(opened(numbers[person.subject], 0, 0, document="projects/reef"))
        assert (await person.frame("opened")).session == 5
    seen = pb.ProjectPresence(documents=[pb.DocumentPresence(document="documents/d")])
    world.collab.say(pb.ServerFrame(session=numbers["users/bob"], project_presence=seen))
    assert (await bob.frame("project_presence")).project_presence == seen
    assert await ada.answers_ping(), "it was not Ada's to see"
    world.collab.say(pb.ServerFrame(session=numbers["users/bob"], closed=pb.Closed()))
    await bob.frame("closed")
    await until(lambda: world.edge.relay.session_count == 1)


async def test_a_changed_role_reaches_its_session_under_its_own_number(world: World) -> None:
    ada = await world.connect("ada")
    number = await world.enter(ada, session=9)
    world.collab.say(pb.ServerFrame(session=number, role_changed=pb.RoleChanged(role=pb.ROLE_VIEWER)))
    changed = await ada.frame("role_changed")
    assert (changed.session, changed.role_changed.role) == (9, pb.ROLE_VIEWER)
