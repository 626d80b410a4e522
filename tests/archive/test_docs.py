"""docs/archive.md says what is in the file, and its questions can be asked."""

import re
import sqlite3
from pathlib import Path

from tests.archive.world import PRIVACY, World
from tosmonitor import archive

DOCS = (Path(__file__).parent.parent.parent / "docs" / "archive.md").read_text(encoding="utf-8")


def test_every_table_and_view_is_described(world: World) -> None:
    """No table, view or column of ours is missing from the documentation."""
    connection = world.kept.connection
    names = [
        row[0]
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not row[0].startswith(("sqlite_", "_sqlite_", "block_index_"))
    ]
    assert [name for name in names if f"`{name}`" not in DOCS] == []
    for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'bodies'"):
        assert "-- sha256 of the bytes as served" in sql


def test_the_questions_of_the_documentation_can_be_asked(world: World, path: Path) -> None:
    """Each SQL statement runs in a plain SQLite, read-only, with nothing of ours loaded."""
    world.first(PRIVACY, "# Privacy\n\nDisputes go to binding arbitration.\n")
    world.change(PRIVACY, "# Privacy\n\nDisputes go to court.\n")
    (script,) = re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)
    plain = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    answers = [plain.execute(statement).fetchall() for statement in re.sub(r"--.*", "", script).split(";")[:-1]]
    plain.close()
    assert len(answers) == 5
    assert all(answers)


def test_times_read_as_iso_8601(world: World) -> None:
    """Beside the seconds stands a column that people and other tools read."""
    at = world.first(PRIVACY, "# Privacy\n")
    (told,) = world.kept.connection.execute("SELECT checked_at FROM checks").fetchone()
    assert told == at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert archive.checks(world.kept, PRIVACY.id)[0].checked_at == at
