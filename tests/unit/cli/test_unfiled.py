"""`shoal up` lets whoever has a document's address join, unless its environment says otherwise."""

from __future__ import annotations

import pytest

from cli.composition import _project_settings
from services.project.roles import Role


@pytest.mark.parametrize(
    ("said", "role"), [(None, Role.EDITOR), ("none", Role.NONE), ("viewer", Role.VIEWER), ("editor", Role.EDITOR)]
)
def test_the_environment_has_the_last_word(monkeypatch: pytest.MonkeyPatch, said: str | None, role: Role) -> None:
    monkeypatch.delenv("SHOAL_PROJECT_UNFILED_ROLE", raising=False)
    if said is not None:
        monkeypatch.setenv("SHOAL_PROJECT_UNFILED_ROLE", said)
    assert _project_settings().unfiled_role is role
