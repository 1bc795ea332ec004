"""What was told of documents: answers and news cross on the way, and the newer telling counts."""

from __future__ import annotations

from cli.mirroring.view import View
from shoal.document.v1 import document_pb2 as pb

P = "projects/p"


def told(seconds: int, *, head: int = 1, path: str = "a.md", etag: str = "1", project: str = P) -> pb.Document:
    document = pb.Document(name="documents/d", project=project, head_revision=head, labels={"path": path}, etag=etag)
    document.update_time.seconds = seconds
    return document


def known(view: View) -> tuple[int, str]:
    document = view.documents["documents/d"]
    return document.head, document.label


def test_news_from_before_ones_own_change_change_nothing_until_looked_up() -> None:
    view = View(P)
    view.set(told(20, head=2, path="b.md", etag="2"))
    assert view.tell(told(10, head=1, path="a.md", etag="1")) == ["documents/d"]
    assert known(view) == (2, "b.md")
    view.set(told(10, head=1, path="c.md", etag="3"))
    assert known(view) == (2, "c.md")


def test_newer_news_count_and_revisions_never_go_back() -> None:
    view = View(P)
    assert view.tell(told(10, head=5)) == []
    assert view.tell(told(20, head=4, path="b.md", etag="2")) == []
    assert known(view) == (5, "b.md")
    assert view.tell(told(15, head=7, path="b.md", etag="2")) == []
    assert known(view) == (7, "b.md")


def test_a_document_that_moved_to_another_project_is_not_known_any_more() -> None:
    view = View(P)
    view.tell(told(10))
    view.tell(told(20, project="projects/q"))
    assert view.documents == {}


def test_documents_that_are_not_told_again_may_be_gone() -> None:
    view = View(P)
    view.tell(told(10))
    view.begin_walk()
    assert view.not_walked() == ["documents/d"]
    view.tell(told(10))
    assert view.not_walked() == []
