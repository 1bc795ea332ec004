"""Listings of documents: conditions, an order and a place in it, as one statement. The values are always parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mesh.permission_cache import Scopes
from services.document.documents.filter import (
    Compares,
    Condition,
    Field,
    HasLabel,
    Is,
    LabelIs,
    TitleContains,
    Type,
    Within,
)
from services.document.store.rows import DOCUMENT

_TYPES = {Type.RICH_TEXT: 1, Type.PLAIN_TEXT: 2}
"""As shoal.document.v1.DocumentType."""


class Column(StrEnum):
    """What documents are listed by; each has an index, with the key behind it."""

    LISTED_TIME = "listed_time"
    CREATE_TIME = "create_time"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Listing:
    """Documents that fit all conditions, by `column`, then by key, after the place `after` = (value, key) if given.

    Deleted ones are among them with `deleted` only.
    """

    conditions: Sequence[Condition] = ()
    column: Column = Column.LISTED_TIME
    descending: bool = True
    deleted: bool = False
    after: tuple[datetime | str, int] | None = None


def statement_of(listing: Listing, limit: int) -> tuple[str, list[Any]]:
    """Return the statement that reads the first `limit` rows of a listing, columns DOCUMENT, and its values."""
    values: list[Any] = []
    where = ["d.state = 0", *([] if listing.deleted else ["d.delete_time IS NULL"])]
    where += [sql_of(each, values) for each in listing.conditions]
    direction, beyond = ("DESC", "<") if listing.descending else ("ASC", ">")
    if listing.after is not None:
        value, key = _parameter(values, listing.after[0]), _parameter(values, listing.after[1])
        where.append(f"(d.{listing.column}, d.document_key) {beyond} ({value}, {key})")
    return (
        f"""
        SELECT {DOCUMENT} FROM document.documents d WHERE {" AND ".join(where)}
        ORDER BY d.{listing.column} {direction}, d.document_key {direction} LIMIT {_parameter(values, limit)}
        """,  # noqa: S608 -- names of columns, and parameters
        values,
    )


def sql_of(condition: Condition, values: list[Any]) -> str:
    """Return what a condition says of a row d of documents; its values are added to `values`, $1 being the first."""
    match condition:
        case TitleContains(text):
            return f"strpos(lower(d.title), lower({_parameter(values, text)})) > 0"
        case HasLabel(key):
            return f"d.labels ? {_parameter(values, key)}"
        case LabelIs(key, value, negated):
            label = f"d.labels ->> {_parameter(values, key)}"
            return f"({label}) IS {'' if negated else 'NOT '}DISTINCT FROM {_parameter(values, value)}"
        case Compares(field, order, time):
            return f"d.{field} {order} {_parameter(values, time)}"
        case Within(scopes):
            return _within(scopes, values)
        case Is(field, value, negated):
            return _equality(field, _stored(value), negated, values)


def _within(scopes: Scopes, values: list[Any]) -> str:
    """Return what says that a document is in scopes, each arm of which an index knows; only for those there are."""

    def ids(names: Sequence[str]) -> str:
        return _parameter(values, [name.rpartition("/")[2] for name in names])

    places = []
    if scopes.projects:
        kept = (
            f" AND d.folder <> ALL ({_parameter(values, scopes.excluded_folders)})" if scopes.excluded_folders else ""
        )
        places.append(f"d.project <> '' AND d.project = ANY ({_parameter(values, scopes.projects)}){kept}")
    if scopes.folders:
        projects = sorted({name.partition("/folders/")[0] for name in scopes.folders})
        folders = _parameter(values, scopes.folders)
        places.append(
            f"d.project <> '' AND d.project = ANY ({_parameter(values, projects)}) AND d.folder = ANY ({folders})"
        )
    if scopes.unfiled:
        places.append("d.project = ''")
    within = " OR ".join(f"({each})" for each in places)
    if within and scopes.excluded_documents:
        within = f"({within}) AND d.id <> ALL ({ids(scopes.excluded_documents)})"
    named = f"d.id = ANY ({ids(scopes.documents)})" if scopes.documents else ""
    return f"({' OR '.join(f'({each})' for each in (named, within) if each) or 'false'})"


def _equality(field: Field, value: Any, negated: bool, values: list[Any]) -> str:
    operator = "<>" if negated else "="
    equality = f"d.{field} {operator} {_parameter(values, value)}"
    if field is Field.PROJECT and value and not negated:
        # Says what the partial index is of, which a plan for any value could not know.
        return f"{equality} AND d.project <> ''"
    return equality


def _stored(value: str | Type | bool) -> Any:
    return _TYPES[value] if isinstance(value, Type) else value


def _parameter(values: list[Any], value: Any) -> str:
    values.append(value)
    return f"${len(values)}"
