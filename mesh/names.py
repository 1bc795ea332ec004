"""Resource names and ids: documents, their versions, projects, folders, sites.

Owns their grammar and nothing else. An id is a type, so that a name is not taken for one.
"""

from __future__ import annotations

import re
from typing import NewType

from mesh.faults import InvalidField

DocumentId = NewType("DocumentId", str)
VersionId = NewType("VersionId", str)
SiteId = NewType("SiteId", str)

_DOCUMENT_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PROJECT = re.compile(r"projects/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_FOLDER = re.compile(r"(projects/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)/folders/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_VERSION = re.compile(r"(documents/[^/]+)/versions/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)")
_SITE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_COLLECTION = "documents/"


def parse_document(name: str, field: str = "name") -> DocumentId:
    """Return the id in `documents/{document}`. Raises InvalidField, naming `field`."""
    if not name.startswith(_COLLECTION):
        raise InvalidField(field, "must be documents/{document}")
    return parse_document_id(name[len(_COLLECTION) :], field)


def parse_document_id(document_id: str, field: str) -> DocumentId:
    """Return `document_id` if it is 1 to 63 of a-z 0-9 and inner hyphens. Raises InvalidField."""
    if not _DOCUMENT_ID.fullmatch(document_id):
        raise InvalidField(field, "the id must be 1 to 63 of a-z, 0-9 and hyphens inside")
    return DocumentId(document_id)


def document_name(document_id: DocumentId) -> str:
    """Return `documents/{document}`."""
    return _COLLECTION + document_id


def parse_version(name: str, field: str = "name") -> tuple[DocumentId, VersionId]:
    """Return the ids in `documents/{document}/versions/{version}`. Raises InvalidField, naming `field`."""
    match = _VERSION.fullmatch(name)
    if match is None:
        raise InvalidField(field, "must be documents/{document}/versions/{version}")
    return parse_document(match[1], field), VersionId(match[2])


def version_name(document_id: DocumentId, version_id: VersionId) -> str:
    """Return `documents/{document}/versions/{version}`."""
    return f"{document_name(document_id)}/versions/{version_id}"


def check_project(name: str, field: str = "project") -> str:
    """Return `name` if it is `projects/{project}`. Raises InvalidField, naming `field`."""
    if not _PROJECT.fullmatch(name):
        raise InvalidField(field, "must be projects/{project}")
    return name


def check_folder(name: str, field: str = "folder") -> str:
    """Return the project of `projects/{project}/folders/{folder}`. Raises InvalidField, naming `field`."""
    match = _FOLDER.fullmatch(name)
    if match is None:
        raise InvalidField(field, "must be projects/{project}/folders/{folder}")
    return match[1]


def parse_site(site: str) -> SiteId:
    """Return `site` if it is 1 to 64 of A-Z a-z 0-9 . _ and hyphens. Raises InvalidField."""
    if not _SITE.fullmatch(site):
        raise InvalidField("site", "must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'")
    return SiteId(site)
