"""Resource names: what permissions are checked on, and what belongs to it.

Owns the grammar of all names on which an rpc's permission can be checked. Pure. A resource proper is an organisation, a
project, a folder or a document; other things are checked where they belong, or, with links and invitations, where they
lead.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from mesh.faults import InvalidField

_ID = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


class Kind(StrEnum):
    """What a name names."""

    ORGANIZATION = "organization"
    PROJECT = "project"
    FOLDER = "folder"
    DOCUMENT = "document"
    GROUP = "group"
    ROLE = "role"
    VERSION = "version"
    INVITATION = "invitation"
    SHARE_LINK = "share link"


RESOURCES = frozenset({Kind.ORGANIZATION, Kind.PROJECT, Kind.FOLDER, Kind.DOCUMENT})
"""What something can be granted on."""

_FORMS = {
    Kind.ORGANIZATION: "organizations/{organization}",
    Kind.PROJECT: "projects/{project}",
    Kind.FOLDER: "projects/{project}/folders/{folder}",
    Kind.DOCUMENT: "documents/{document}",
    Kind.GROUP: "organizations/{organization}/groups/{group}",
    Kind.ROLE: "organizations/{organization}/roles/{role}",
    Kind.VERSION: "documents/{document}/versions/{version}",
    Kind.INVITATION: "invitations/{invitation}",
    Kind.SHARE_LINK: "shareLinks/{share_link}",
}
_GRAMMAR = {kind: re.compile(re.sub(r"\{\w+\}", lambda _: f"({_ID})", form)) for kind, form in _FORMS.items()}


class ResourceName(NamedTuple):
    """A name that is well formed; whether there is such a thing is another question."""

    kind: Kind
    text: str

    @property
    def id(self) -> str:
        """The last part: what tells it from its like."""
        return self.text.rpartition("/")[2]

    @property
    def owner(self) -> str:
        """The name of the resource it belongs to; its own for resources proper, links and invitations."""
        if self.kind in (Kind.GROUP, Kind.ROLE, Kind.VERSION):
            return self.text.rsplit("/", 2)[0]
        return self.text


def parse(name: str, field: str, *kinds: Kind) -> ResourceName:
    """Return a name of one of `kinds`, of any kind when none is given. Raises InvalidField, naming `field`."""
    allowed = kinds or tuple(_FORMS)
    for kind in allowed:
        if _GRAMMAR[kind].fullmatch(name):
            return ResourceName(kind, name)
    raise InvalidField(field, f"must be {' or '.join(_FORMS[kind] for kind in allowed)}")
