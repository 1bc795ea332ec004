"""The search index in PostgreSQL: keeping a document's row, and finding documents by it.

`terms` has what its language makes of title (weight A) and content (weight D), and the words themselves: those of the
content without positions, so that a word that is being typed finds what its stem would not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from mesh.database import Connection, Pool
from services.document.documents.filter import Condition, Field, Is
from services.document.search.words import FOUND, FOUND_END, PUNCTUATION
from services.document.store.listing import sql_of
from services.document.store.rows import DOCUMENT, DocumentRow, document_row

TRASHED = -1
"""The generation of a row whose document is in the trash: it is found by nothing."""
MAX_CANDIDATES = 10_000
"""Documents that are ranked; a word that is in more of them is ranked among these. Ranking them takes 100 ms."""
_PASSAGE, _OVERLAP = 32_000, 400
"""How much of a document is looked at together for what to show, and how much of it again with the next: a passage."""
_READ = 4_000_000
"""Characters of the documents of one page, the best first, that are looked through; of those below, the beginning."""
_WEIGHTS = "'{0.01, 0.2, 0.4, 1.0}'"
"""Of D, C, B and A: a title counts a hundred times what a place in the content does."""
_SIMILARITY = 0.4
"""How like a word a title must be, by pg_trgm's word_similarity: a transposed or missing letter leaves 0.45 or more."""
_LIKE_RANK = 0.0001
_TERMS = """setweight(to_tsvector($4::text::regconfig, t.title), 'A')
                    || setweight(to_tsvector('pg_catalog.simple', t.title), 'A')
                    || setweight(to_tsvector($4::text::regconfig, t.body), 'D')
                    || strip(to_tsvector('pg_catalog.simple', t.body))"""
"""What is searched of the words t.title and t.body, in the language $4."""
_THERE = ("d.state = 0", "d.delete_time IS NULL")
_MARKS = f'\'HighlightAll=true, StartSel="{FOUND}", StopSel="{FOUND_END}"\''


class Place(NamedTuple):
    """A document as it is, and what the index knows of it; nothing known is revision 0 and generation 0."""

    document: DocumentRow
    revision: int
    generation: int
    sessions_revision: int


class Entry(NamedTuple):
    """What the index is to know. The words of a text are what of it is searched for; None: all of it."""

    document_key: int
    revision: int
    generation: int
    language: str
    project: str
    title: str
    title_words: str | None
    body: str
    body_words: str | None


class Piece(NamedTuple):
    """A term of a query as the text of a tsquery, None where there is nothing to look for.

    `stem` is what a language makes of it, `literal` the words themselves.
    """

    stem: str | None
    literal: str | None


class LanguageQuery(NamedTuple):
    """A query in one language, each part the text of a tsquery; '' matches nothing.

    `wanted` must match; `ranked` is what of it has positions. `unwanted` must not match. `stems` and `literals` are
    what is marked: any of the terms, in this language and word by word.
    """

    language: str
    wanted: str
    ranked: str
    unwanted: str
    stems: str
    literals: str


class Passage(NamedTuple):
    """What a document's title and content show of a query.

    Each text comes twice more, marked by stems and by words: with FOUND and FOUND_END around what was found, blanks for
    punctuation, and nothing else different; empty where there was nothing to look for. No `text`: only the title shows.
    """

    document_key: int
    title: str
    marked_titles: tuple[str, str]
    text: str
    marked_texts: tuple[str, str]


async def add(connection: Connection | Pool, document_key: int) -> None:
    """Make a document's row, which knows nothing; changes nothing when it is there, or the document is not."""
    await connection.execute(
        """
        INSERT INTO document.document_search
            (document_key, revision, generation, sessions_revision, language, project, title, body, terms)
        SELECT document_key, 0, 0, 0, 'pg_catalog.simple', '', '', '', ''
        FROM document.documents WHERE document_key = $1 AND state = 0
        ON CONFLICT DO NOTHING
        """,
        document_key,
    )


async def place(connection: Connection | Pool, document_key: int) -> Place | None:
    """Return what the index knows of a document that is there, or in the trash."""
    row = await connection.fetchrow(
        f"""
        SELECT {DOCUMENT}, s.revision, s.generation, s.sessions_revision
        FROM document.documents d JOIN document.document_search s USING (document_key)
        WHERE d.document_key = $1 AND d.state = 0
        """,  # noqa: S608 -- the column list above
        document_key,
    )
    return Place(document_row(row), *tuple(row)[-3:]) if row else None


async def behind(connection: Connection, after_key: int, window: int) -> tuple[list[int], int | None]:
    """Look at the next `window` documents after a key: which the index does not know as they are, and the last key.

    None when there are no more.
    """
    row = await connection.fetchrow(
        f"""
        SELECT max(document_key), array_agg(document_key ORDER BY document_key) FILTER (WHERE is_behind)
        FROM (
            SELECT d.document_key, d.state = 0 AND (
                s.document_key IS NULL OR s.sessions_revision < d.head_revision
                OR CASE WHEN d.delete_time IS NULL THEN s.revision < d.head_revision OR s.generation <> d.generation
                    ELSE s.generation <> {TRASHED} END
            ) AS is_behind
            FROM document.documents d LEFT JOIN document.document_search s USING (document_key)
            WHERE d.document_key > $1 ORDER BY d.document_key LIMIT $2
        ) looked_at
        """,  # noqa: S608 -- a number
        after_key,
        window,
    )
    assert row is not None
    return list(row[1] or ()), row[0]


async def put(connection: Connection, entry: Entry) -> None:
    """Make the index know a document as `entry` says; nothing happens when it knows a later one.

    Raises asyncpg.ProgramLimitExceededError when there are more different words than a tsvector holds, 1 MiB.
    """
    await connection.execute(
        f"""
        UPDATE document.document_search s
        SET revision = $2, generation = $3, language = $4::text::regconfig, project = $5, title = $6, body = $8,
            terms = CASE WHEN s.generation > 0 AND s.language = $4::text::regconfig AND s.title = $6 AND s.body = $8
                THEN s.terms ELSE {_TERMS} END
        FROM (SELECT coalesce($7, $6) AS title, coalesce($9, $8) AS body) t
        WHERE s.document_key = $1 AND s.revision <= $2 AND s.generation <= $3
        """,  # noqa: S608 -- the expression above
        *entry,
    )


async def holds(pool: Pool, entry: Entry) -> bool | None:
    """Say whether the index holds exactly `entry`; None when what it knows is of another revision or generation.

    Raises asyncpg.ProgramLimitExceededError as `put` does.
    """
    found: bool | None = await pool.fetchval(
        f"""
        SELECT s.language = $4::text::regconfig AND s.project = $5 AND s.title = $6 AND s.body = $8
            AND s.terms = {_TERMS}
        FROM document.document_search s, (SELECT coalesce($7, $6) AS title, coalesce($9, $8) AS body) t
        WHERE s.document_key = $1 AND s.revision = $2 AND s.generation = $3
        """,  # noqa: S608 -- the expression above
        *entry,
    )
    return found


async def take_out(connection: Connection, document_key: int) -> None:
    """Take a document that is in the trash out of the index. What is known of its sessions stays."""
    await connection.execute(
        """
        UPDATE document.document_search s SET revision = 0, generation = $2, title = '', body = '', terms = ''
        FROM document.documents d
        WHERE s.document_key = $1 AND d.document_key = $1 AND d.delete_time IS NOT NULL
        """,
        document_key,
        TRASHED,
    )


async def languages(pool: Pool) -> set[str]:
    """Return the names of the text search configurations that PostgreSQL has of its own."""
    rows = await pool.fetch("SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace")
    return {row[0] for row in rows}


async def pieces(pool: Pool, terms: Sequence[tuple[str, bool]]) -> dict[str, list[Piece]]:
    """Return what terms = (text, is it a prefix) are, in order, in each language that documents in the index are in.

    Whatever the texts hold: PostgreSQL writes the pieces, so that put together they can be read.
    """
    rows = await pool.fetch(
        f"""
        WITH RECURSIVE used AS (
            (SELECT language FROM document.document_search ORDER BY language LIMIT 1)
            UNION ALL
            SELECT (
                SELECT s.language FROM document.document_search s WHERE s.language > u.language
                ORDER BY s.language LIMIT 1
            ) FROM used u WHERE u.language IS NOT NULL
        )
        SELECT u.language::text, {_piece("u.language")}, {_piece("'pg_catalog.simple'")}
        FROM used u CROSS JOIN unnest($1::text[], $2::bool[]) WITH ORDINALITY AS t (text, is_prefix, n)
        WHERE u.language IS NOT NULL ORDER BY u.language, t.n
        """,  # noqa: S608 -- names of ours
        [text for text, _ in terms],
        [is_prefix for _, is_prefix in terms],
    )
    found: dict[str, list[Piece]] = {}
    for language, stem, literal in rows:
        found.setdefault(language, []).append(Piece(stem, literal))
    return found


def _piece(config: str) -> str:
    return rf"""CASE WHEN t.is_prefix THEN (
            SELECT string_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''':*', ' & ')
            FROM unnest(to_tsvector({config}, t.text))
        ) ELSE nullif(phraseto_tsquery({config}, t.text)::text, '') END"""  # noqa: S608 -- a name of ours


async def find(
    pool: Pool,
    queries: Sequence[LanguageQuery],
    title: str,
    conditions: Sequence[Condition],
    trigrams: str | None,
    limit: int,
    offset: int,
) -> list[tuple[int, float]]:
    """Return (document, rank) of documents that are not in the trash and fit the conditions, the best first.

    `title` is words that titles may be like: with pg_trgm, in the schema `trigrams`, each more or less; else they must
    have it in them as it stands. Empty: titles are found by their words only.
    """
    statement, values = statement_of(queries, title, conditions, trigrams, limit, offset)
    async with pool.acquire() as connection, connection.transaction(readonly=True):
        if title and trigrams:
            await connection.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {_SIMILARITY}")
        return [(row[0], row[1]) for row in await connection.fetch(statement, *values)]


def statement_of(
    queries: Sequence[LanguageQuery],
    title: str,
    conditions: Sequence[Condition],
    trigrams: str | None,
    limit: int,
    offset: int,
) -> tuple[str, list[Any]]:
    """Return the statement of `find` and its values.

    Each language is an arm of its own, so that its words are values the planner knows how often to expect.
    """
    values: list[Any] = []
    conditions_sql = [_condition(each, values) for each in conditions]
    arms: list[str] = []
    for query in queries:
        language, wanted, ranked, stems, literals = (
            _parameter(values, part)
            for part in (query.language, query.wanted, query.ranked, query.stems, query.literals)
        )
        rows = f"""FROM document.document_search s JOIN document.documents d USING (document_key)
            WHERE {" AND ".join([f"s.language = {language}::text::regconfig", *_THERE, *conditions_sql])}"""
        arms.append(
            f"""
            SELECT s.document_key, ts_rank_cd({_WEIGHTS}, s.terms, {ranked}::text::tsquery, 1)
                + ts_rank({_WEIGHTS}, s.terms, {stems}::text::tsquery || {literals}::text::tsquery, 1) / 10 AS rank
            {rows} AND s.terms @@ {wanted}::text::tsquery LIMIT {MAX_CANDIDATES}
            """
        )
        if title:
            like, rank = _like_title(title, trigrams, values)
            if query.unwanted:
                like += f" AND NOT s.terms @@ {_parameter(values, query.unwanted)}::text::tsquery"
            arms.append(f"SELECT s.document_key, {rank} AS rank {rows} AND {like} LIMIT {MAX_CANDIDATES}")
    return (
        f"""
        SELECT f.document_key, max(f.rank)::real FROM ({" UNION ALL ".join(f"({arm})" for arm in arms)}) f
        GROUP BY f.document_key ORDER BY 2 DESC, 1 DESC LIMIT {limit:d} OFFSET {offset:d}
        """,  # noqa: S608 -- names of columns, and parameters
        values,
    )


def _like_title(title: str, trigrams: str | None, values: list[Any]) -> tuple[str, str]:
    """Return the condition that a title is like `title`, and its rank, below that of any found by its words."""
    if trigrams is None:
        return f"strpos(lower(s.title), {_parameter(values, title)}) > 0", f"{_LIKE_RANK}::real"
    schema = '"' + trigrams.replace('"', '""') + '"'
    words = [_parameter(values, word) for word in title.split()]
    like = " AND ".join(f"s.title OPERATOR({schema}.%>) {word}" for word in words)
    similarity = " + ".join(f"{schema}.word_similarity({word}, s.title)" for word in words)
    return like, f"({similarity}) * {_LIKE_RANK} / {len(words)}"


def _parameter(values: list[Any], value: Any) -> str:
    values.append(value)
    return f"${len(values)}"


def _condition(condition: Condition, values: list[Any]) -> str:
    sql = sql_of(condition, values)
    if isinstance(condition, Is) and condition.field is Field.PROJECT and not condition.negated:
        # The index may hold the project too.
        return f"{sql} AND s.project = ${len(values)}"
    return sql


async def passages(pool: Pool, queries: Sequence[LanguageQuery], document_keys: Sequence[int]) -> list[Passage]:
    """Return what documents show of a query, for those that are there: of each its first passage with a find."""
    rows = await pool.fetch(
        f"""
        SELECT s.document_key, s.title, {_marked("s.title", "s.stems")}, {_marked("s.title", "s.literals")},
            p.text, p.stems, p.literals
        FROM (
            SELECT s.document_key, s.language, s.title, s.body || '' AS body, q.stems, q.literals,
                sum(length(s.body)) OVER (ORDER BY k.n) <= {_READ} AS is_read
            FROM unnest($1::bigint[]) WITH ORDINALITY AS k (document_key, n)
            JOIN document.document_search s USING (document_key)
            JOIN (
                SELECT language::regconfig, stems::tsquery, literals::tsquery
                FROM unnest($2::text[], $3::text[], $4::text[]) AS q (language, stems, literals)
            ) q USING (language)
            OFFSET 0
        ) s
        LEFT JOIN LATERAL (
            -- They come in order, one by one; no ORDER BY, which would look at all of them before the first is taken.
            SELECT m.* FROM generate_series(
                0, CASE WHEN s.is_read THEN length(s.body) ELSE {_PASSAGE} END - 1, {_PASSAGE}
            ) AS start
            CROSS JOIN LATERAL (SELECT substr(s.body, start + 1, {_PASSAGE + _OVERLAP}) AS text OFFSET 0) t
            CROSS JOIN LATERAL (
                SELECT t.text, {_marked("t.text", "s.stems")} AS stems, {_marked("t.text", "s.literals")} AS literals
                OFFSET 0
            ) m
            WHERE strpos(m.stems || m.literals, '{FOUND}') > 0 LIMIT 1
        ) p ON true
        """,  # noqa: S608 -- names of columns, and parameters
        document_keys,
        [query.language for query in queries],
        [query.stems for query in queries],
        [query.literals for query in queries],
    )
    return [Passage(row[0], row[1], (row[2], row[3]), row[4] or "", (row[5] or "", row[6] or "")) for row in rows]


def _marked(text: str, query: str) -> str:
    """Return the SQL that marks what a query finds in a text; literals are looked for word by word."""
    config = "s.language" if query == "s.stems" else "'pg_catalog.simple'"
    return f"""CASE WHEN numnode({query}) = 0 THEN '' ELSE
        ts_headline({config}, regexp_replace({text}, '{PUNCTUATION}', ' ', 'g'), {query}, {_MARKS}) END"""
