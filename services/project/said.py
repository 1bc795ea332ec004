"""Said: what people may say in titles, descriptions, e-mail addresses and masks. Pure; raises InvalidField."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from mesh.faults import InvalidField

_MAX_TITLE = 200
_MAX_DESCRIPTION = 2000
_MAX_SUBJECT = 255
_MAX_EMAIL = 320
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")


def check_title(title: str, field: str) -> str:
    """Return `title` if it is 1 to 200 characters, none of them control characters."""
    if not 0 < len(title) <= _MAX_TITLE or any(unicodedata.category(each) == "Cc" for each in title):
        raise InvalidField(field, f"must be 1 to {_MAX_TITLE} characters, none of them control characters")
    return title


def check_description(description: str, field: str) -> str:
    """Return `description` if it is at most 2,000 characters without NUL."""
    if len(description) > _MAX_DESCRIPTION or "\0" in description:
        raise InvalidField(field, f"must be at most {_MAX_DESCRIPTION} characters, none of them NUL")
    return description


def check_subject(subject: str, field: str) -> str:
    """Return `subject` if it can be one of a token."""
    if not 0 < len(subject) <= _MAX_SUBJECT or "\0" in subject:
        raise InvalidField(field, f"must be a user's subject, 1 to {_MAX_SUBJECT} characters")
    return subject


def check_email(email: str, field: str) -> str:
    """Return `email` in the form in which addresses are compared, if it can be one."""
    if len(email) > _MAX_EMAIL or not _EMAIL.fullmatch(email):
        raise InvalidField(field, f"must be an e-mail address of at most {_MAX_EMAIL} characters")
    return comparable(email)


def comparable(email: str) -> str:
    """Return the form in which e-mail addresses are compared: case is of no account."""
    return email.casefold()


def check_mask(mask: Sequence[str], known: Sequence[str], given: Sequence[str]) -> frozenset[str]:
    """Return what a mask names; what is `given` when it is empty. Only `known` fields may be named."""
    if unknown := set(mask) - set(known):
        raise InvalidField("update_mask", f"may name {', '.join(known)}; not {', '.join(sorted(unknown))}")
    return frozenset(mask or given)
