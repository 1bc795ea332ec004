"""Undo and redo of one's own edits among other people's."""

from __future__ import annotations

import random

import pytest

from ot.document import Document
from ot.operation import Operation, delete_at, insert_at
from ot.undo import UndoHistory
from tests.unit.ot.test_ot_client import random_edit


class Editor:
    """A view and its history."""

    def __init__(self, text: str, max_steps: int = 200) -> None:
        self.view = Document.from_text(text)
        self.history = UndoHistory(max_steps)

    def edit(self, operation: Operation, group: str | None = None) -> None:
        self.history.record(operation, self.view, group=group)
        self.view.apply(operation)

    def remote(self, operation: Operation) -> None:
        self.view.apply(operation)
        self.history.receive(operation)

    def undo(self) -> bool:
        operation = self.history.undo(self.view)
        if operation is not None:
            self.view.apply(operation)
        return operation is not None

    def redo(self) -> bool:
        operation = self.history.redo(self.view)
        if operation is not None:
            self.view.apply(operation)
        return operation is not None


@pytest.mark.parametrize("seed", range(30))
def test_undoing_all_and_redoing_all_leads_back(seed: int) -> None:
    r = random.Random(seed)
    editor = Editor("hello 😀")
    states = [editor.view.hash()]
    for _ in range(12):
        editor.edit(random_edit(r, editor.view))
        states.append(editor.view.hash())
    for state in reversed(states[:-1]):
        if editor.view.hash() != state:
            assert editor.undo()
        assert editor.view.hash() == state
    while editor.redo():
        assert editor.view.hash() in states
    assert editor.view.hash() == states[-1]


@pytest.mark.parametrize("seed", range(30))
def test_undoing_all_among_remote_edits_takes_out_every_own_character_and_no_other(seed: int) -> None:
    r = random.Random(seed)
    editor = Editor("")
    theirs = 0
    for _ in range(30):
        if r.random() < 0.5:
            editor.edit(insert_at(r.randint(0, editor.view.length), "m"))
        else:
            theirs += 1
            editor.remote(insert_at(r.randint(0, editor.view.length), "t"))
    while editor.undo():
        pass
    assert editor.view.text() == "t" * theirs
    while editor.redo():
        pass
    assert editor.view.text().count("t") == theirs
    assert editor.view.length == 30


def test_only_own_edits_are_undone() -> None:
    editor = Editor("ab")
    editor.edit(insert_at(1, "mine"))
    editor.remote(insert_at(3, "THEIRS"))
    assert editor.undo()
    assert editor.view.text() == "aTHEIRSb"
    assert not editor.undo()
    assert editor.redo()
    assert editor.view.text().replace("THEIRS", "") == "amineb"


def test_edits_of_one_group_are_one_step() -> None:
    editor = Editor("")
    for position, letter in enumerate("word"):
        editor.edit(insert_at(position, letter), group="typing")
    editor.history.end_group()
    editor.edit(insert_at(4, "!"), group="typing")
    editor.undo()
    assert editor.view.text() == "word"
    editor.undo()
    assert editor.view.text() == ""
    editor.redo()
    assert editor.view.text() == "word"


def test_a_new_edit_ends_what_could_be_redone() -> None:
    editor = Editor("")
    editor.edit(insert_at(0, "a"))
    editor.undo()
    assert editor.history.can_redo
    editor.edit(insert_at(0, "b"))
    assert not editor.history.can_redo
    assert not editor.redo()
    assert editor.view.text() == "b"


def test_a_step_that_others_made_empty_is_skipped() -> None:
    editor = Editor("")
    editor.edit(insert_at(0, "a"))
    editor.edit(insert_at(1, "b"))
    editor.remote(delete_at(1, 1))
    assert editor.undo()
    assert editor.view.text() == ""
    assert not editor.history.can_undo


def test_the_oldest_steps_are_forgotten_past_the_bound() -> None:
    editor = Editor("", max_steps=3)
    for position in range(5):
        editor.edit(insert_at(position, "x"))
    while editor.undo():
        pass
    assert editor.view.text() == "xx"


def test_a_cleared_history_undoes_nothing() -> None:
    editor = Editor("")
    editor.edit(insert_at(0, "a"))
    editor.history.clear()
    assert not editor.history.can_undo
    assert not editor.undo()
