"""The mirror on a real folder, against a server in memory: what each side does reaches the other, whatever fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.errors import Failed
from cli.mirroring.model import Kind
from cli.mirroring.plan import Everything
from tests.unit.cli.mirror_world import AWAY, Crash, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "folder"
    folder.mkdir()
    return World(folder)


async def test_a_new_file_becomes_a_document_and_a_new_document_a_file(world: World) -> None:
    world.write("notes/plan.md", "# The plan\n\nfish\n")
    world.write("list.txt", "eggs")
    world.server.add("a", "hello\n", label="from/there.md")
    world.server.add("b", "no path\n", title="Über uns: Fish & Chips")
    await world.sync()
    plan, eggs = world.server.by_path("notes/plan.md"), world.server.by_path("list.txt")
    assert plan is not None
    assert eggs is not None
    assert (plan.text, plan.told.title, plan.told.kind) == ("# The plan\n\nfish\n", "The plan", Kind.RICH)
    assert (eggs.text, eggs.told.title, eggs.told.kind) == ("eggs", "list", Kind.PLAIN)
    assert world.read("from/there.md") == "hello\n"
    assert world.read("über-uns-fish-chips.md") == "no path\n"
    assert world.server.stored["documents/b"].told.label == "über-uns-fish-chips.md"


async def test_edits_of_both_sides_while_the_mirror_was_off_are_merged(world: World) -> None:
    document = world.server.add("a", "one\ntwo\n", label="a.md")
    await world.sync()
    document.write("one\ntwo\nthree, by Ada\n")
    world.write("a.md", "zero, by Bob\none\ntwo\n")
    await world.sync()
    assert world.read("a.md") == document.text == "zero, by Bob\none\ntwo\nthree, by Ada\n"


async def test_a_second_sync_asks_nothing_and_writes_nothing(world: World) -> None:
    world.server.add("a", "one\n", label="a.md")
    world.write("b.md", "two\n")
    await world.sync()
    world.server.calls.clear()
    before = {path: os.stat(world.path / path) for path in world.files()}
    await world.sync()
    assert world.server.calls == []
    assert {path: os.stat(world.path / path).st_ino for path in before} == {p: s.st_ino for p, s in before.items()}


async def test_the_style_of_a_file_stays_until_somebody_else_edits(world: World) -> None:
    world.write("a.md", "__loud__")
    await world.sync()
    document = world.server.by_path("a.md")
    assert document is not None
    assert document.text == "**loud**\n"
    world.write("a.md", "__louder__")
    await world.sync()
    assert document.text == "**louder**\n"
    assert world.read("a.md") == "__louder__"
    document.write("**louder**\nstill\n")
    await world.sync()
    assert world.read("a.md") == "**louder**\nstill\n"


async def test_a_change_that_the_format_does_not_show_leaves_the_file_alone(world: World) -> None:
    document = world.server.add("a", "one\n", label="a.md")
    await world.sync()
    world.write("a.md", "one__two__")
    await world.sync()
    document.write("x\n")
    document.write("one**two**\n")
    await world.sync()
    assert world.read("a.md") == "one__two__"


@pytest.mark.parametrize("to", ["b.md", "deep/er/a.md"])
async def test_a_rename_on_disk_is_a_change_of_path(world: World, to: str) -> None:
    world.write("a.md", "one\n")
    await world.sync()
    (document,) = world.server.stored.values()
    (world.path / to).parent.mkdir(parents=True, exist_ok=True)
    (world.path / "a.md").rename(world.path / to)
    await world.sync()
    assert (document.told.label, document.told.title) == (to, Path(to).stem)
    assert len(world.server.stored) == 1
    assert "delete" not in world.server.calls


async def test_a_file_that_is_renamed_and_edited_is_still_the_same(world: World) -> None:
    world.write("a.md", "# One\n\n" + "".join(f"line {number}\n" for number in range(20)))
    await world.sync()
    world.write("b.md", world.read("a.md") + "and more\n")
    (world.path / "a.md").unlink()
    await world.sync()
    (document,) = world.server.stored.values()
    assert (document.told.label, document.told.title) == ("b.md", "One")
    assert document.text == world.read("b.md")


async def test_a_renamed_document_renames_its_file_and_two_may_change_places(world: World) -> None:
    for name in "abc":
        world.server.add(name, f"{name}\n", label=f"{name}.md")
    await world.sync()
    for name, to in (("a", "b.md"), ("b", "a.md"), ("c", "in/c.md")):
        stored = world.server.stored[f"documents/{name}"]
        await world.server.set_path(stored.told.name, to, None)
    await world.sync()
    assert world.files() == {"a.md": "b\n", "b.md": "a\n", "in/c.md": "c\n"}
    assert {each.told.label: each.text for each in world.server.stored.values()} == world.files()


async def test_a_deleted_file_deletes_its_document_and_comes_back_with_it(world: World) -> None:
    world.write("a.md", "one\n")
    await world.sync()
    (document,) = world.server.stored.values()
    (world.path / "a.md").unlink()
    await world.sync()
    assert document.told.is_deleted
    await world.sync()
    await world.server.undelete(document.told.name)
    await world.sync()
    assert world.files() == {"a.md": "one\n"}


async def test_a_file_that_is_put_back_takes_its_document_out_of_the_trash(world: World) -> None:
    world.write("a.md", "one\n")
    await world.sync()
    (world.path / "a.md").unlink()
    await world.sync()
    world.write("a.md", "one\ntwo\n")
    await world.sync()
    (document,) = world.server.stored.values()
    assert (document.told.is_deleted, document.text) == (False, "one\ntwo\n")


async def test_the_file_of_a_deleted_document_goes_to_the_trash(world: World) -> None:
    document = world.server.add("a", "one\n", label="in/a.md")
    await world.sync()
    await world.server.delete(document.told.name)
    await world.sync()
    assert world.files() == {}
    assert not (world.path / "in").exists()
    assert world.trash() == ["one\n"]
    await world.sync()
    assert world.trash() == ["one\n"]


@pytest.mark.parametrize("deleted_there", [True, False])
async def test_an_edit_wins_over_a_deletion(world: World, deleted_there: bool) -> None:
    document = world.server.add("a", "one\n", label="a.md")
    await world.sync()
    if deleted_there:
        await world.server.delete(document.told.name)
        world.write("a.md", "one\ntwo\n")
    else:
        document.write("one\ntwo\n")
        (world.path / "a.md").unlink()
    await world.sync()
    assert world.files() == {"a.md": "one\ntwo\n"}
    assert (document.told.is_deleted, document.text) == (False, "one\ntwo\n")


async def test_a_purged_document_with_unsent_edits_is_created_anew(world: World) -> None:
    world.server.add("a", "one\n", label="a.md")
    world.server.add("b", "two\n", label="b.md")
    await world.sync()
    world.write("a.md", "one\nmore\n")
    world.server.stored.clear()
    await world.sync()
    (document,) = world.server.stored.values()
    assert (document.told.label, document.text) == ("a.md", "one\nmore\n")
    assert world.files() == {"a.md": "one\nmore\n"}
    assert world.trash() == ["two\n"]


async def test_without_memory_equal_files_are_taken_up_and_others_set_aside(world: World) -> None:
    world.server.add("a", "same\n", label="a.md")
    world.server.add("b", "theirs\n", label="b.md")
    world.write("a.md", "same\n")
    world.write("b.md", "mine\n")
    await world.sync()
    assert world.files() == {
        "a.md": "same\n",
        "b.md": "theirs\n",
        "b.conflict-20260131T120000Z.md": "mine\n",
    }
    assert world.report.has_failures
    assert len(world.server.stored) == 2
    await world.sync()
    assert len(world.server.stored) == 2


@pytest.mark.parametrize("crash_at", range(6))
async def test_a_crash_at_any_moment_of_sending_applies_an_edit_once(world: World, crash_at: int) -> None:
    document = world.server.add("a", "one\n", label="a.md")
    await world.sync()
    document.write("one\nby Ada\n")
    world.write("a.md", "by Bob\none\n")
    world.write("new.md", "new\n")
    world.server.fail = [None] * crash_at + [Crash()]
    with pytest.raises(Crash):
        await world.sync()
    world.server.fail = []
    await world.sync()
    assert world.files() == {"a.md": "by Bob\none\nby Ada\n", "new.md": "new\n"}
    assert {each.told.label: each.text for each in world.server.stored.values()} == world.files()


async def test_a_crash_and_another_edit_after_it_apply_both_edits_once(world: World) -> None:
    document = world.server.add("a", "one\n", label="a.md")
    await world.sync()
    document.write("one\nby Ada\n")
    world.write("a.md", "by Bob\none\n")
    world.server.fail = [None, Crash()]
    with pytest.raises(Crash):
        await world.sync()
    assert document.text == "by Bob\none\nby Ada\n"
    world.write("a.md", "by Bob\none and a half\n")
    await world.sync()
    assert world.read("a.md") == document.text == "by Bob\none and a half\nby Ada\n"


async def test_a_document_whose_creation_was_not_remembered_is_found_again(world: World) -> None:
    world.write("a.md", "one\n")
    world.server.fail = [None, Crash()]
    with pytest.raises(Crash):
        await world.sync()
    (document,) = world.server.stored.values()
    document.write("one\nby Ada\n")
    world.write("a.md", "by Bob\none\n")
    await world.sync()
    assert list(world.server.stored.values()) == [document]
    assert world.files() == {"a.md": "by Bob\none\nby Ada\n"}
    assert document.text == "by Bob\none\nby Ada\n"


async def test_a_server_that_is_away_gets_everything_when_it_is_back(world: World) -> None:
    world.server.add("a", "one\n", label="a.md")
    await world.sync()
    world.write("a.md", "one\ntwo\n")
    with world.mirror() as sync:
        for _ in range(3):
            world.server.fail = [AWAY]
            with pytest.raises(type(AWAY)):
                await sync.settle(Everything())
        await sync.settle(Everything())
    assert world.server.stored["documents/a"].text == "one\ntwo\n"


async def test_what_the_server_refuses_is_told_once_and_tried_again_after_a_change(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    from cli.mirroring.port import Reason, Refusal

    world.write("a.md", "bad\n")
    refusal = Refusal(Reason.ERROR_REASON_INVALID_CONTENT, "cannot be read (INVALID_CONTENT)")
    with world.mirror() as sync:
        world.server.fail = [refusal]
        await sync.settle(Everything())
        await sync.settle(Everything())
        assert capsys.readouterr().err == "a.md: refused: cannot be read (INVALID_CONTENT)\n"
        assert world.server.calls == ["create"]
        world.write("a.md", "good\n")
        await sync.settle(Everything())
    (document,) = world.server.stored.values()
    assert document.text == "good\n"


async def test_a_folder_that_is_taken_away_deletes_nothing(world: World) -> None:
    world.server.add("a", "one\n", label="a.md")
    with world.mirror() as sync:
        await sync.settle(Everything())
        world.path.rename(world.path.with_name("elsewhere"))
        for each in world.path.with_name("elsewhere").rglob("*"):
            if each.is_file():
                each.unlink()
        (world.path.with_name("elsewhere") / ".shoal-mirror").rename(world.path.with_name("state"))
        with pytest.raises(Failed, match="taken away"):
            await sync.settle(Everything())
        world.path.with_name("state").rename(world.path.with_name("elsewhere") / ".shoal-mirror")
    assert "delete" not in world.server.calls


async def test_ends_of_line_and_byte_order_marks_stay_as_the_file_has_them(world: World) -> None:
    document = world.server.add("a", "one\n", label="a.md")
    (world.path / "a.md").write_bytes(b"\xef\xbb\xbfone\r\n")
    await world.sync()
    document.write("one\ntwo\n")
    await world.sync()
    assert (world.path / "a.md").read_bytes() == b"\xef\xbb\xbfone\r\ntwo\r\n"
    world.server.calls.clear()
    await world.sync()
    assert world.server.calls == []


async def test_a_document_that_is_too_large_for_a_file_is_told_and_read_once(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    document = world.server.add("a", "x" * (2 * 1024 * 1024), label="a.txt", kind=Kind.PLAIN)
    document.write("y" + document.text)
    with world.mirror() as sync:
        for _ in range(3):
            await sync.settle(Everything())
    assert capsys.readouterr().err == "a.txt: refused: documents/a is larger than 2 MiB\n"
    assert world.server.calls == ["content"]
    assert world.files() == {}


async def test_a_write_that_failed_halfway_is_settled_before_anything_else(world: World) -> None:
    document = world.server.add("a", "one\n", label="in/a.md")
    await world.sync()
    document.write("one\ntwo\n")
    with world.mirror() as sync:
        world.server.fail = [None, None, None, None, None, OSError(5, "Input/output error")]
        await sync.settle(Everything())
        assert not world.report.has_failures
        await sync.settle(Everything())
    assert world.read("in/a.md") == document.text == "one\ntwo\n"
    assert document.told.head == 2


async def test_a_write_below_what_became_a_link_waits_until_the_folder_is_back(world: World) -> None:
    document = world.server.add("a", "one\n", label="in/a.md")
    await world.sync()
    document.write("one\ntwo\n")
    outside = world.path.with_name("outside")

    def swap_folder() -> None:
        (world.path / "in").rename(outside)
        (world.path / "in").symlink_to(outside)

    world.server.fail = [None, None, None, swap_folder, None, Crash()]
    await world.sync()
    await world.sync()
    assert (outside / "a.md").read_text() == "one\n"
    (world.path / "in").unlink()
    outside.rename(world.path / "in")
    world.server.fail = []
    await world.sync()
    assert world.files() == {"in/a.md": "one\ntwo\n"}
    assert document.told.head == 2
