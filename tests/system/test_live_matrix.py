"""Every rpc of the live document × every role × every level, compared with the table of roles; a session's role too."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from cli.client import FaultReceived, Session, Via, connect
from mesh.faults import Reason, from_rpc_error
from mesh.rpc_table import Permission, rules_of
from services.project.roles import TABLE, Role
from shoal.collab.v1 import collab_pb2 as pb
from shoal.collab.v1.collab_pb2_grpc import CollabServiceStub
from shoal.project.v1 import access_pb2
from shoal.project.v1.access_pb2_grpc import AccessServiceStub
from tests.system.people import target_of
from tests.system.shoal import ShoalProcess

PLACES = ["organizations/liveorg", "projects/liveplans", "projects/liveplans/folders/livedrafts", "documents/livenote"]
NOTE = PLACES[-1]
FOR_SERVICES = {"Notify"}
RULES = {path.rpartition("/")[2]: rules for path, rules in rules_of([pb.DESCRIPTOR]).items()}
REQUESTS: dict[str, Any] = {
    "SubmitOperation": pb.SubmitOperationRequest(name=NOTE),
    "WatchDocument": pb.WatchDocumentRequest(name=NOTE, after_revision=0),
    "ListParticipants": pb.ListParticipantsRequest(name=NOTE),
}
SESSION_ROLES = {
    Permission.PERMISSION_DOCUMENT_WRITE: pb.ROLE_EDITOR,
    Permission.PERMISSION_DOCUMENT_COMMENT: pb.ROLE_COMMENTER,
    Permission.PERMISSION_DOCUMENT_READ: pb.ROLE_VIEWER,
}
"""The strongest that is held decides."""


def who(role: Role, place: str) -> str:
    return f"live-{role.name.lower()}-of-{place.partition('/')[0]}-{PLACES.index(place)}"


@pytest.fixture(scope="session")
def granted(shoal: ShoalProcess) -> ShoalProcess:
    """A document in a folder in a project in an organisation; for each of these, somebody of each role."""
    for arguments in (
        ("org", "create", "Live", "--id", "liveorg"),
        ("project", "create", "Plans", "--id", "liveplans", "--org", "liveorg"),
        ("folder", "create", PLACES[1], "Drafts", "--id", "livedrafts"),
        ("create", "--id", "livenote", "--project", PLACES[1], "--folder", PLACES[2]),
    ):
        done = shoal.command(*arguments, "--as", "Maker")
        assert done.returncode == 0, (arguments, done.stderr)
    maker = target_of(shoal, "maker")
    with grpc.insecure_channel(shoal.grpc) as channel:
        access: Any = AccessServiceStub(channel)
        for place in PLACES:
            for role in list(Role)[1:]:
                principal = access_pb2.Principal(user=f"users/{who(role, place)}")
                request = access_pb2.SetGrantRequest(resource=place, principal=principal, role=int(role))
                access.SetGrant(request, metadata=maker.metadata, timeout=10)
    return shoal


async def reason_of(call: Any) -> str:
    """How a call or the first word of a stream is answered."""
    try:
        if isinstance(call, grpc.aio.UnaryStreamCall):
            await call.read()
            call.cancel()
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return Reason.Name(from_rpc_error(error).reason).removeprefix("ERROR_REASON_")
    return "OK"


def test_every_rpc_of_the_live_document_is_in_the_matrix() -> None:
    assert set(REQUESTS) | FOR_SERVICES | {"Collaborate"} == set(RULES)
    assert all(RULES[rpc].resource == "name" for rpc in REQUESTS)
    assert all(RULES[rpc].permission == Permission.PERMISSION_INTERNAL for rpc in FOR_SERVICES)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name)
async def test_the_live_document_obeys_the_table_at_every_level(granted: ShoalProcess, role: Role, place: str) -> None:
    target, held = target_of(granted, who(role, place)), TABLE[role]
    async with grpc.aio.insecure_channel(granted.grpc) as channel:
        stub: Any = CollabServiceStub(channel)
        for rpc, request in REQUESTS.items():
            answer = await reason_of(getattr(stub, rpc)(request, metadata=target.metadata, timeout=20))
            if RULES[rpc].permission in held:
                assert answer in ("OK", "INVALID_OPERATION"), rpc
            else:
                readable = Permission.PERMISSION_DOCUMENT_READ in held
                assert answer == ("PERMISSION_DENIED" if readable else "DOCUMENT_NOT_FOUND"), rpc
    expected = next((shown for permission, shown in SESSION_ROLES.items() if permission in held), None)
    for via in Via:
        async with connect(target, via) as connection:
            if expected is None:
                with pytest.raises(FaultReceived, match="does not exist"):
                    await Session.open(connection, NOTE, f"{who(role, place)}-{via}")
            else:
                session = await Session.open(connection, NOTE, f"{who(role, place)}-{via}")
                assert session.opened.frame.role == expected
