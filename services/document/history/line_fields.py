"""The fields of one line of a history file, read strictly: each must be there, of its type, and none besides."""

from __future__ import annotations

from typing import Any

from services.document.errors import InvalidHistory

_MAX_NAME = 255
"""Characters of an author, as in a token's subject, and of an agent."""


class Fields:
    """The fields of one object of line `line`, each taken once. What is wrong raises InvalidHistory."""

    def __init__(self, values: dict[str, Any], line: int) -> None:
        self._values, self._line = values, line

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str) -> Any:
        """Return what a field holds; None when it is not there."""
        return self._values.pop(key, None)

    def take(self, key: str) -> Any:
        """Return what a field holds, which must be there."""
        if key not in self._values:
            raise InvalidHistory(self._line, f"{key} is missing")
        return self._values.pop(key)

    def integer(self, key: str) -> int:
        """Return a whole number from 0 up to 63 bits."""
        value = self.take(key)
        if type(value) is not int or not 0 <= value < 1 << 63:
            raise InvalidHistory(self._line, f"{key} must be a whole number, 0 or more")
        return value

    def text(self, key: str) -> str:
        """Return a text."""
        value = self.take(key)
        if not isinstance(value, str):
            raise InvalidHistory(self._line, f"{key} must be a text")
        return value

    def name(self, key: str) -> str:
        """Return the name of an author or agent."""
        value = self.text(key)
        if not 0 < len(value) <= _MAX_NAME or "\0" in value:
            raise InvalidHistory(self._line, f"{key} must be 1 to {_MAX_NAME} characters, none of them NUL")
        return value

    def fields(self, key: str) -> Fields:
        """Return the fields of an object in this one."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise InvalidHistory(self._line, f"{key} must be an object")
        return Fields(value, self._line)

    def done(self) -> None:
        """Refuse what was not taken: fields that are not known here."""
        if self._values:
            raise InvalidHistory(self._line, "has a field that is not known here")
