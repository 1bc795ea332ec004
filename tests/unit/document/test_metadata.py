"""Metadata: what may be said about a document, and how a change is applied."""

from __future__ import annotations

from typing import Any

import pytest

from mesh.faults import InvalidField
from services.document.documents.metadata import Metadata, changed, check

STORED = Metadata("Minutes", "projects/x", "projects/x/folders/f", {"a": "1", "b": "2"}, "en", False)


@pytest.mark.parametrize(
    "fine",
    [
        {"title": "日本語👋" * 50},
        {"title": 'quotes " and \\ and <b>'},
        {"project": "projects/x", "folder": "projects/x/folders/f-1"},
        {"labels": {f"k{n}": "v" for n in range(64)}},
        {"labels": {"a" * 63: "ü" * 255, "a_b-9": ""}},
        *(
            {"language": tag}
            for tag in ("en", "de-CH", "zh-Hant-TW", "sl-rozaj-biske", "de-DE-u-co-phonebk", "x-whatever")
        ),
        *({"language": tag} for tag in ("es-419", "DE-ch", "en-a-bbb-x-a-ccc", "zh-cmn-Hans-CN", "hy-Latn-IT-arevela")),
    ],
    ids=str,
)
def test_what_may_be_said_is_taken(fine: dict[str, Any]) -> None:
    assert check(Metadata(**fine)) == Metadata(**fine)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"title": "x" * 201}, "document.title"),
        ({"title": "two\nlines"}, "document.title"),
        ({"title": "\x7f"}, "document.title"),
        ({"project": "x"}, "document.project"),
        ({"project": "projects/-x"}, "document.project"),
        ({"folder": "projects/x"}, "document.folder"),
        ({"folder": "projects/x/folders/f"}, "document.folder"),
        ({"project": "projects/y", "folder": "projects/x/folders/f"}, "document.folder"),
        ({"labels": {f"k{n}": "v" for n in range(65)}}, "document.labels"),
        ({"labels": {"Key": "v"}}, "document.labels"),
        ({"labels": {"9": "v"}}, "document.labels"),
        ({"labels": {"a" * 64: "v"}}, "document.labels"),
        ({"labels": {"k": "v" * 256}}, "document.labels.k"),
        ({"labels": {"k": "\0"}}, "document.labels.k"),
        *(
            ({"language": tag}, "document.language")
            for tag in ("e", "english-", "en_GB", "de--CH", "en-a", "123", "é", "en ")
        ),
        ({"language": "en-x-" + "a-" * 20 + "a"}, "document.language"),
    ],
    ids=str,
)
def test_what_may_not_be_said_is_refused_by_its_path(wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidField) as raised:
        check(Metadata(**wrong))
    assert raised.value.fields[0][0] == path


def test_a_change_takes_what_the_mask_names_and_nothing_else() -> None:
    asked = Metadata("New", "projects/y", "", {"c": "3"}, "de", True)
    assert changed(STORED, asked, ["title"]).title == "New"
    assert changed(STORED, asked, ["title"]).labels == STORED.labels
    assert changed(STORED, asked, ["labels"]).labels == {"c": "3"}
    assert changed(STORED, asked, ["project", "folder"]).folder == ""
    assert changed(STORED, asked, ["title", "project", "folder", "labels", "language", "template"]) == asked


def test_a_label_is_set_or_removed_by_itself() -> None:
    asked = Metadata(labels={"b": "20", "c": "30"})
    assert changed(STORED, asked, ["labels.b", "labels.c"]).labels == {"a": "1", "b": "20", "c": "30"}
    assert changed(STORED, asked, ["labels.a"]).labels == {"b": "2"}
    assert changed(STORED, asked, ["labels.none"]).labels == STORED.labels


def test_without_a_mask_all_that_is_set_is_changed_and_the_rest_stays() -> None:
    assert changed(STORED, Metadata(title="New", labels={"c": "3"}), []) == Metadata(
        "New", STORED.project, STORED.folder, {"c": "3"}, "en", False
    )
    assert changed(STORED, Metadata(), []) == STORED


@pytest.mark.parametrize(
    "path", ["*", "name", "type", "creator", "etag", "labels.", "labels.Key", "labels.a.b", "Title"]
)
def test_a_mask_that_names_anything_else_is_refused(path: str) -> None:
    with pytest.raises(InvalidField) as raised:
        changed(STORED, Metadata(title="x"), [path])
    assert raised.value.fields[0][0] == "update_mask"


def test_a_project_does_not_change_under_its_folder() -> None:
    with pytest.raises(InvalidField) as raised:
        changed(STORED, Metadata(project="projects/y"), ["project"])
    assert raised.value.fields[0][0] == "document.folder"
