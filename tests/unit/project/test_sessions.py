"""Sessions of edits, and what this service's own events become: laws and cases of the pure rules."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.project.activities.model import Deed, Edits, Kind
from services.project.activities.own_deeds import deed_of
from services.project.activities.sessions import Session, grown
from services.project.model import NOBODY, Principal, PrincipalKind
from services.project.notifications.model import NoticeKind
from services.project.roles import Role
from services.project.store.changes import Action
from services.project.store.own_events import OwnEvent

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAUSE = timedelta(minutes=10)
USER = PrincipalKind.USER


def edits_at(
    seconds: int, revision: int, *, project: str = "projects/p", lasting: int = 0, operations: int = 1
) -> Deed:
    start = NOON + timedelta(seconds=seconds)
    edits = Edits(start, revision - operations + 1, revision, operations, 2 * operations, operations)
    end = start + timedelta(seconds=lasting)
    return Deed(f"e{revision}", Kind.DOCUMENT_EDITED, end, "ada", "documents/d", project, edits=edits)


@st.composite
def histories(draw: st.DrawFn) -> list[Deed]:
    deeds, seconds, revision = [], 0, 0
    for gap, lasting, operations, moved in draw(
        st.lists(
            st.tuples(
                st.sampled_from([0, 1, 59, 599, 600, 601, 5000]), st.integers(0, 60), st.integers(1, 5), st.booleans()
            ),
            max_size=12,
        )
    ):
        seconds, revision = seconds + gap, revision + operations
        project = "projects/q" if moved else "projects/p"
        deeds.append(edits_at(seconds, revision, project=project, lasting=lasting, operations=operations))
        seconds += lasting
    return deeds


@given(histories(), st.data())
def test_sessions_are_the_same_however_the_edits_come_in(deeds: list[Deed], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(deeds)))
    before, after = deeds[:cut], deeds[cut:]
    done = grown(None, before, PAUSE)
    rest = grown(done[-1] if done else None, after, PAUSE)
    expected = grown(None, deeds, PAUSE)
    if not after:
        assert (done, rest) == (expected, [])
    elif not done:
        assert rest == expected
    else:
        went_on = rest[0].event_id == done[-1].event_id
        assert [*done[:-1], *([] if went_on else [done[-1]]), *rest] == expected


@given(histories())
def test_sessions_hold_all_edits_once_and_are_parted_by_pauses_or_moves(deeds: list[Deed]) -> None:
    sessions = grown(None, deeds, PAUSE)
    assert sum(each.operations for each in sessions) == sum(each.edits.operations for each in deeds if each.edits)
    assert [each.first_revision for each in sessions[1:]] == [each.last_revision + 1 for each in sessions[:-1]]
    for earlier, later in itertools.pairwise(sessions):
        assert later.start_time - earlier.end_time > PAUSE or later.project != earlier.project


@given(histories(), st.integers(0, 12))
def test_edits_that_are_told_again_change_nothing(deeds: list[Deed], again: int) -> None:
    sessions = grown(None, deeds, PAUSE)
    last: Session | None = sessions[-1] if sessions else None
    assert grown(last, deeds[-again:] if again else [], PAUSE) == []


def own(action: Action, **more: object) -> OwnEvent:
    said: dict[str, object] = {
        "txid": 1, "id": 7, "time": NOON, "action": action, "actor": "ada", "resource": "projects/p",
        "principal": NOBODY, "role": Role.NONE, "custom_role": "", "details": {}, "project": "projects/p",
        "link_creator": "", **more,
    }  # fmt: skip
    return OwnEvent(**said)  # type: ignore[arg-type]


def test_a_grant_to_oneself_is_no_activity_and_no_notification() -> None:
    deed = deed_of(own(Action.GRANTED, principal=Principal(USER, "ada"), role=Role.OWNER))
    assert (deed.kind, deed.notices) == (None, ())


def test_a_denial_is_an_activity_that_nobody_is_notified_of() -> None:
    deed = deed_of(own(Action.GRANTED, principal=Principal(USER, "bob")))
    assert (deed.kind, deed.notices) == (Kind.SHARED, ())


def test_a_custom_role_is_told_by_its_name() -> None:
    role = "organizations/acme/roles/proofreader"
    deed = deed_of(own(Action.GRANTED, principal=Principal(USER, "bob"), custom_role=role))
    [notice] = deed.notices
    assert (deed.details["role"], notice.details["role"], notice.addressee) == (role, role, "user:bob")


@pytest.mark.parametrize(
    ("event", "kind", "addressee"),
    [
        (own(Action.OWNERSHIP_TRANSFERRED, principal=Principal(USER, "bob")), NoticeKind.OWNERSHIP_TRANSFERRED,
         "user:bob"),
        (own(Action.INVITED, details={"invitation": "invitations/i", "email": "Bob@Example.com"}),
         NoticeKind.INVITATION, "email:bob@example.com"),
        (own(Action.INVITATION_ACCEPTED, details={"invitation": "invitations/i", "inviter": "eve"}), NoticeKind.SHARE,
         "user:eve"),
        (own(Action.SHARE_LINK_REDEEMED, link_creator="eve"), NoticeKind.SHARE, "user:eve"),
    ],
)  # fmt: skip
def test_those_it_concerns_are_notified(event: OwnEvent, kind: NoticeKind, addressee: str) -> None:
    [notice] = deed_of(event).notices
    assert (notice.kind, notice.addressee, notice.event_id) == (kind, addressee, "project/7")


def test_an_invitation_tells_others_the_role_and_never_the_address() -> None:
    details = {"invitation": "invitations/i", "email": "bob@example.com"}
    assert "bob" not in str(deed_of(own(Action.INVITED, details=details, role=Role.VIEWER)).details)


def test_whose_own_link_it_was_is_not_told_of_their_own_click() -> None:
    assert deed_of(own(Action.SHARE_LINK_REDEEMED, link_creator="ada")).notices == ()


def test_a_deleted_folder_is_told_of_where_it_was_and_leaves_nothing() -> None:
    deed = deed_of(own(Action.RESOURCE_DELETED, resource="projects/p/folders/f"))
    assert (deed.kind, deed.resource, deed.erased) == (Kind.FOLDER_DELETED, "projects/p", "projects/p/folders/f")


def test_documents_are_left_to_the_document_service() -> None:
    for action in (Action.RESOURCE_MOVED, Action.RESOURCE_DELETED):
        deed = deed_of(own(action, resource="documents/d"))
        assert (deed.kind, deed.erased) == (None, "")
