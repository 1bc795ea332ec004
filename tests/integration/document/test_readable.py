"""What a database is asked is what scopes mean: a document is found if and only if it is in them."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
from hypothesis import given, settings
from hypothesis import strategies as st

from mesh.permission_cache import Scopes
from services.document.documents.filter import Within
from services.document.store.listing import sql_of

_PROJECTS = ("projects/a", "projects/b")
_FOLDERS = tuple(f"{project}/folders/{folder}" for project in _PROJECTS for folder in "xy")
_PLACES = [
    ("", ""),
    *((project, "") for project in _PROJECTS),
    *((each.split("/folders/")[0], each) for each in _FOLDERS),
]
_DOCUMENTS = {f"documents/d{number}": place for number, place in enumerate(_PLACES * 2)}


def _some(names: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(sorted(names)), unique=True, max_size=4).map(tuple)


_scopes = st.builds(
    Scopes,
    _some(_PROJECTS),
    _some(_FOLDERS),
    _some(_DOCUMENTS),
    _some(_FOLDERS),
    _some(_DOCUMENTS),
    st.booleans(),
)


def _is_in(scopes: Scopes, name: str) -> bool:
    """As the comment of ResolveScopesResponse says it."""
    project, folder = _DOCUMENTS[name]
    if name in scopes.documents:
        return True
    if name in scopes.excluded_documents:
        return False
    if folder and folder in scopes.folders:
        return True
    if project in scopes.projects and folder not in scopes.excluded_folders:
        return True
    return not project and scopes.unfiled


async def test_a_document_is_found_if_and_only_if_it_is_in_the_scopes(database_url: str) -> None:
    connection, loop = await asyncpg.connect(database_url), asyncio.get_running_loop()
    await connection.execute("CREATE TABLE d (id text, project text, folder text)")
    rows = [(name.removeprefix("documents/"), *place) for name, place in _DOCUMENTS.items()]
    await connection.executemany("INSERT INTO d VALUES ($1, $2, $3)", rows)

    async def found(scopes: Scopes) -> set[str]:
        values: list[Any] = []
        condition = sql_of(Within(scopes), values)
        return {f"documents/{row[0]}" for row in await connection.fetch(f"SELECT id FROM d WHERE {condition}", *values)}

    @settings(deadline=None, max_examples=300)
    @given(_scopes)
    def law(scopes: Scopes) -> None:
        expected = {name for name in _DOCUMENTS if _is_in(scopes, name)}
        assert asyncio.run_coroutine_threadsafe(found(scopes), loop).result(30) == expected

    try:
        await asyncio.to_thread(law)
    finally:
        await connection.close()
