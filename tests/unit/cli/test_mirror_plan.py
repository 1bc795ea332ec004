"""What is to be done, decision by decision, and what no plan ever does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.mirroring.matching import renamed
from cli.mirroring.model import EMPTY, FileSeen, Kind, Mirrored, Refused, RemoteDocument, Rules, Seen, Sending, Writing
from cli.mirroring.paths import key
from cli.mirroring.plan import (
    Action,
    Adopt,
    Compare,
    Create,
    Delete,
    Everything,
    Forget,
    Label,
    Move,
    Note,
    Plan,
    Pull,
    Push,
    Resend,
    SetAside,
    TrashFile,
    Undelete,
    plan,
)

D = "documents/d"
ENTRY = Mirrored(D, Kind.RICH, "a.md", "a.md", revision=3, disk="same", inode=7)
SAME, EDITED = FileSeen("same", 7), FileSeen("edited", 8)
THERE = RemoteDocument(D, Kind.RICH, 3, "A", "a.md")
CHANGED, DELETED = replace(THERE, head=4), replace(THERE, is_deleted=True)
TRASHED = replace(ENTRY, is_trashed=True)
RENDERED = replace(ENTRY, rendered="edited")
SENDING = replace(ENTRY, sending=Sending("id", "edited", "edited", False))


def planned(
    entry: Mirrored | None, files: dict[str, FileSeen], document: RemoteDocument | None, *, settled: bool = True
) -> list[Action]:
    entries = {entry.document: entry} if entry else {}
    remote = {document.name: document} if document else {}
    return plan(entries, Seen(files), remote, Rules(), Everything() if settled else ()).actions


@pytest.mark.parametrize(
    ("entry", "file", "document", "actions"),
    [
        (ENTRY, SAME, THERE, []),
        (ENTRY, SAME, CHANGED, [Pull(D)]),
        (ENTRY, EDITED, THERE, [Push(D)]),
        (ENTRY, EDITED, CHANGED, [Push(D)]),
        (ENTRY, None, THERE, [Delete(D)]),
        (ENTRY, None, CHANGED, [Pull(D)]),
        (ENTRY, SAME, DELETED, [TrashFile(D)]),
        (ENTRY, EDITED, DELETED, [Undelete(D)]),
        (ENTRY, None, DELETED, [Note(TRASHED)]),
        (ENTRY, SAME, None, [Forget(D, trash=True)]),
        (ENTRY, EDITED, None, [Forget(D, trash=False)]),
        (ENTRY, None, None, [Forget(D, trash=False)]),
        (TRASHED, None, DELETED, []),
        (TRASHED, None, THERE, [Forget(D, trash=False)]),
        (TRASHED, SAME, DELETED, [Undelete(D)]),
        (TRASHED, EDITED, DELETED, [Undelete(D)]),
        (TRASHED, SAME, THERE, [Note(ENTRY)]),
        (None, SAME, None, [Create("a.md")]),
        (None, None, THERE, [Adopt(D, "a.md")]),
        (None, SAME, THERE, [Compare(D, "a.md")]),
        (None, None, DELETED, []),
        (None, SAME, DELETED, [Create("a.md")]),
        (SENDING, EDITED, THERE, [Resend(D)]),
        (SENDING, None, THERE, [Resend(D)]),
        (SENDING, EDITED, DELETED, [Undelete(D)]),
        (replace(ENTRY, lags=True), SAME, THERE, [Pull(D)]),
        (replace(ENTRY, lags=True), None, THERE, [Pull(D)]),
        (replace(ENTRY, lags=True), EDITED, CHANGED, [Push(D)]),
        (RENDERED, EDITED, THERE, [Note(replace(RENDERED, disk="edited", inode=8))]),
        (RENDERED, EDITED, DELETED, [TrashFile(D)]),
        (replace(ENTRY, writing=Writing("x", 4, "new")), EDITED, CHANGED, []),
        (replace(ENTRY, revision=-1), SAME, None, [Create("a.md", D)]),
        (replace(ENTRY, revision=-1), None, None, [Forget(D, trash=False)]),
        (ENTRY, SAME, replace(THERE, label="b.md"), [Move(D, "b.md")]),
        (replace(ENTRY, label=""), SAME, replace(THERE, label=""), [Label(D)]),
        (replace(ENTRY, path="b.md"), None, THERE, [Delete(D)]),
        (None, None, replace(THERE, label=""), [Adopt(D, "a.md")]),
    ],
)  # fmt: skip
def test_each_state_of_a_file_and_its_document_has_its_answer(
    entry: Mirrored | None, file: FileSeen | None, document: RemoteDocument | None, actions: list[Action]
) -> None:
    assert planned(entry, {"a.md": file} if file else {}, document) == actions


def test_a_file_that_is_missing_or_empty_for_a_moment_is_waited_for() -> None:
    for files in ({}, {"a.md": FileSeen(EMPTY, 9)}):
        waiting = plan({D: ENTRY}, Seen(files), {D: THERE}, Rules(), ())
        assert (waiting.actions, waiting.unsettled) == ([], {D})
    assert planned(ENTRY, {"a.md": FileSeen(EMPTY, 9)}, THERE) == [Push(D)]


def test_a_renamed_file_keeps_its_document() -> None:
    moved = replace(ENTRY, path="in/b.md")
    assert planned(ENTRY, {"in/b.md": SAME}, THERE) == [Note(moved), Label(D)]
    assert planned(ENTRY, {"in/b.md": SAME}, THERE, settled=False) == [Note(moved), Label(D)]
    assert planned(ENTRY, {"a.md": SAME, "in/b.md": SAME}, THERE) == [Create("in/b.md")]


def test_where_both_sides_renamed_it_the_document_is_followed() -> None:
    both = replace(ENTRY, path="b.md")
    assert planned(ENTRY, {"b.md": SAME}, replace(THERE, label="c.md")) == [Note(both), Move(D, "c.md")]


def test_what_is_in_the_way_of_a_move_is_set_aside() -> None:
    actions = planned(ENTRY, {"a.md": SAME, "b.md": EDITED}, replace(THERE, label="b.md"))
    assert actions == [SetAside("b.md"), Move(D, "b.md")]


def test_paths_that_change_places_are_taken_apart() -> None:
    other = replace(ENTRY, document="documents/e", path="b.md", label="b.md", disk="other")
    remote = {D: replace(THERE, label="b.md"), "documents/e": replace(THERE, name="documents/e", label="a.md")}
    files = {"a.md": SAME, "b.md": FileSeen("other", 9)}
    ring = plan({D: ENTRY, "documents/e": other}, Seen(files), remote, Rules(), ())
    assert ring.actions == [Move(D, "a-2.md")]
    apart = {D: replace(ENTRY, path="a-2.md"), "documents/e": other}
    files = {"a-2.md": SAME, "b.md": FileSeen("other", 9)}
    assert plan(apart, Seen(files), remote, Rules(), ()).actions == [Move("documents/e", "a.md")]


@pytest.mark.parametrize("hidden", ["a.md", "in"])
def test_nothing_is_done_about_what_is_refused(hidden: str) -> None:
    entry = replace(ENTRY, path="in/a.md" if hidden == "in" else "a.md")
    seen = Seen({}, (Refused(hidden, "is a symbolic link"),))
    for document in (THERE, CHANGED, DELETED):
        assert plan({D: entry}, seen, {D: document}, Rules(), Everything()).actions == []


def test_two_documents_of_one_path_are_told_and_one_is_mirrored() -> None:
    remote = {name: replace(THERE, name=name, label=label) for name, label in (("a", "x.md"), ("b", "X.md"))}
    both = plan({}, Seen(), remote, Rules(), ())
    assert both.actions == [Adopt("a", "x.md")]
    assert both.refused == [Refused("X.md", "b is not mirrored: another document has this path")]


def test_copies_are_told_apart_by_their_names_and_inodes() -> None:
    a, b = replace(ENTRY, path="1/a.md"), replace(ENTRY, document="documents/e", path="1/b.md", inode=9)
    found = {"2/b.md": FileSeen("same", 9), "2/a.md": FileSeen("same", 7)}
    assert renamed([a, b], found) == {D: "2/a.md", "documents/e": "2/b.md"}


def test_a_file_of_a_reused_inode_is_not_taken_for_another() -> None:
    sketched = replace(ENTRY, sketch=(1, 2, 3, 4))
    assert renamed([sketched], {"b.md": FileSeen("other", 7, (5, 6))}) == {}
    assert renamed([sketched], {"b.md": FileSeen("other", 7, (4, 6))}) == {D: "b.md"}
    assert renamed([sketched], {"b.md": FileSeen("other", 8, (2, 3, 4, 9))}) == {D: "b.md"}
    assert renamed([sketched], {"b.md": FileSeen("other", 8, (4, 6, 7, 9))}) == {}
    assert renamed([replace(ENTRY, disk=EMPTY)], {"b.md": FileSeen(EMPTY, 8)}) == {}


PATHS = ("a.md", "A.md", "b.md", "in/c.txt", "../x.md", ".y.md", "no.sh")
paths, digests = st.sampled_from(PATHS), st.sampled_from(("one", "two", EMPTY))
documents = st.sampled_from(("documents/a", "documents/b", "documents/c"))
entries = st.builds(
    Mirrored,
    document=documents, kind=st.sampled_from(Kind), path=st.sampled_from(PATHS[:4]),
    label=st.sampled_from(("", *PATHS)), revision=st.integers(-1, 2), disk=digests,
    rendered=st.sampled_from(("", "two")), lags=st.booleans(),
    is_trashed=st.booleans(), inode=st.integers(1, 3),
    sending=st.none() | st.just(Sending("id", "one", "one", False)),
)  # fmt: skip
told = st.builds(
    RemoteDocument,
    name=documents, kind=st.sampled_from(Kind), head=st.integers(0, 3), title=st.sampled_from(("", "A")),
    label=st.sampled_from(("", *PATHS)), is_deleted=st.booleans(),
)  # fmt: skip
looks = st.builds(
    Seen,
    st.dictionaries(st.sampled_from(PATHS[:4]), st.builds(FileSeen, digests, st.integers(1, 9))),
    st.lists(st.builds(Refused, st.sampled_from(("in", "b.md")), st.just("is a link")), max_size=1).map(tuple),
)


def entries_of_own_paths(found: list[Mirrored]) -> dict[str, Mirrored]:
    """Entries as a mirror can have them: of living ones, no two share a path."""
    kept: dict[str, Mirrored] = {}
    for entry in found:
        if entry.is_trashed or all(key(entry.path) != key(each.path) or each.is_trashed for each in kept.values()):
            kept[entry.document] = entry
    return kept


@given(
    st.lists(entries, max_size=3, unique_by=lambda entry: entry.document).map(entries_of_own_paths),
    looks,
    st.lists(told, max_size=3).map(lambda found: {each.name: each for each in found}),
)
def test_no_plan_writes_over_a_file_or_deletes_what_it_does_not_know(
    known: dict[str, Mirrored], seen: Seen, remote: dict[str, RemoteDocument]
) -> None:
    seen = Seen({path: file for path, file in seen.files.items() if not seen.hides(path)}, seen.refused)
    made = plan(known, seen, remote, Rules(), Everything())
    assert made == plan(known, seen, remote, Rules(), Everything())
    where = known | {action.entry.document: action.entry for action in made.actions if isinstance(action, Note)}
    check(made, where, seen, remote)


def check(made: Plan, where: dict[str, Mirrored], seen: Seen, remote: dict[str, RemoteDocument]) -> None:
    aside = {action.path for action in made.actions if isinstance(action, SetAside)}
    places: list[str] = []
    for action in made.actions:
        match action:
            case Adopt(_, path) | Move(_, path):
                assert path not in seen.files or path in aside
                assert ".." not in path
                assert not seen.hides(path)
                places.append(path)
            case Delete(document):
                assert where[document].path not in seen.files
                assert not seen.hides(where[document].path)
                assert not remote[document].is_deleted
                assert remote[document].head <= where[document].revision
            case TrashFile(document) | Forget(document, True):
                assert where[document].is_clean(seen.files[where[document].path])
            case Push(document):
                assert not where[document].is_clean(seen.files[where[document].path])
                assert where[document].sending is None
            case SetAside(path):
                assert path not in {entry.path for entry in where.values() if not entry.is_trashed}
            case Create(path, ""):
                assert path in seen.files
    assert len({key(path) for path in places}) == len(places)
