"""Search: documents by what they say.

Owns the way from what people type to ranked documents and what of them is shown. Reads the index only, which follows
the documents; changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mesh.database import Pool
from services.document import convert, store
from services.document.documents.filter import parse as parse_filter
from services.document.documents.readable import Readable
from services.document.errors import reachable
from services.document.search.search_query import Query, Term, parse
from services.document.search.snippets import Part, marks_of, snippets_of, whole
from services.document.store.extensions import Extensions
from services.document.store.rows import DocumentRow
from services.document.store.search import LanguageQuery, Passage, Piece

_DEFAULT_PAGE, _MAX_PAGE = 20, 100
MAX_RESULTS = 1_000
"""What can be paged through: nobody reads further, and each page ranks everything anew."""


@dataclass(frozen=True, slots=True)
class Result:
    """A document that was found; `snippets` are empty where only its title shows anything."""

    document: DocumentRow
    rank: float
    title: Sequence[Part]
    snippets: Sequence[Sequence[Part]]


class Search:
    """Search for what people type."""

    def __init__(self, pool: Pool, extensions: Extensions, readable: Readable) -> None:
        self._pool, self._extensions, self._readable = pool, extensions, readable

    async def page(self, text: str, filter_: str, page_size: int, page_token: str) -> tuple[list[Result], str]:
        """Return documents that answer a query and the caller may read, the best first, and the next page's token.

        A page may be shorter when documents were deleted meanwhile. Raises InvalidField, LogUnavailable,
        PermissionsUnavailable.
        """
        query, conditions = parse(text), (*parse_filter(filter_), *await self._readable.now())
        size = convert.page_size(page_size, _DEFAULT_PAGE, _MAX_PAGE)
        question = f"SearchDocuments {text!r} {filter_!r}"
        place = convert.parse_page_token(page_token, question, (int,))
        offset = 0 if place is None else min(max(int(place[0]), 0), MAX_RESULTS)
        size = min(size, MAX_RESULTS - offset)
        with reachable():
            queries = await self._in_languages(query)
            if not queries or not size:
                return [], ""
            found = await store.search.find(
                self._pool, queries, query.title, conditions, self._extensions.trigrams, size + 1, offset
            )
            results = await self._results(queries, found[:size])
        more = len(found) > size and offset + size < MAX_RESULTS
        return results, convert.page_token(question, (offset + size,)) if more else ""

    async def _in_languages(self, query: Query) -> list[LanguageQuery]:
        terms = [*(term for group in query.wanted for term in group), *query.unwanted]
        if not query.wanted:
            return []
        found = await store.search.pieces(self._pool, [(term.text, term.is_prefix) for term in terms])
        queries = [language_query(language, query, pieces) for language, pieces in found.items()]
        return [each for each in queries if each.wanted]

    async def _results(self, queries: Sequence[LanguageQuery], found: Sequence[tuple[int, float]]) -> list[Result]:
        keys = [key for key, _ in found]
        documents = {row.key: row for row in await store.watching.fitting(self._pool, (), keys)}
        passages = {each.document_key: each for each in await store.search.passages(self._pool, queries, keys)}
        return [
            _result(documents[key], rank, passages[key])
            for key, rank in found
            if key in passages and key in documents and documents[key].delete_time is None
        ]


def language_query(language: str, query: Query, pieces: Sequence[Piece]) -> LanguageQuery:
    """Return a query in one language, from its terms' pieces: those wanted in their order, then those unwanted.

    Words that mean nothing in a language, as "the" does in English, are left out; where nothing else is wanted, they
    are looked for as they are.
    """
    rest = iter(pieces)
    wanted = [[(term, next(rest)) for term in group] for group in query.wanted]
    unwanted = _any(piece.stem or piece.literal for piece in rest)
    by_literals = not any(piece.stem for group in wanted for _, piece in group)
    groups = [_any(_found_by(term, piece, by_literals) for term, piece in group) for group in wanted]
    terms = [each for group in wanted for each in group]
    return LanguageQuery(
        language,
        wanted=_without(_all(groups), unwanted),
        ranked=_all(_any(piece.stem for _, piece in group) for group in wanted),
        unwanted=unwanted,
        stems=_any(piece.stem for _, piece in terms),
        literals=_any(piece.literal for term, piece in terms if term.is_prefix or by_literals),
    )


def _found_by(term: Term, piece: Piece, by_literals: bool) -> str:
    if by_literals:
        return piece.literal or ""
    return _any((piece.stem, piece.literal)) if term.is_prefix else piece.stem or ""


def _any(parts: Iterable[str | None]) -> str:
    return " | ".join(f"({part})" for part in parts if part)


def _all(parts: Iterable[str]) -> str:
    return " & ".join(f"({part})" for part in parts if part)


def _without(wanted: str, unwanted: str) -> str:
    return f"({wanted}) & !({unwanted})" if wanted and unwanted else wanted


def _result(document: DocumentRow, rank: float, passage: Passage) -> Result:
    title_marks = marks_of(passage.title, passage.marked_titles)
    text_marks = marks_of(passage.text, passage.marked_texts)
    return Result(document, rank, whole(passage.title, title_marks), snippets_of(passage.text, text_marks))
