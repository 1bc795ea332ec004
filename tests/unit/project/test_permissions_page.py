"""What docs/permissions.md shows to people is the table that is enforced."""

from __future__ import annotations

from pathlib import Path

from services.project.roles import ALL, TABLE, Role, names_of

_PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"


def test_the_page_shows_the_table_of_roles() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in _PAGE.read_text().splitlines()
        if line.startswith("| ")
    ]
    head, body = rows[0], rows[1:]
    assert head == ["permission", *(role.name.lower() for role in list(Role)[1:])]
    shown = {
        role: {f"PERMISSION_{row[0]}" for row in body if row[column] == "yes"}
        for column, role in enumerate(list(Role)[1:], 1)
    }
    assert shown == {role: set(names_of(TABLE[role])) for role in list(Role)[1:]}
    assert len(body) == len(ALL)
