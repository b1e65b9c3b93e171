"""A release on the schema of a later one: it works where that was only added to, and refuses where it was not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.assembly import MIGRATIONS
from services.chassis.storage.migrate import SchemaTooNew, is_current, migrate, scripts
from services.chassis.storage.roles import grant_application
from services.chassis.storage.sqlite_file import engine_for, migrate_file
from tests.chassis.storage.adapters import ADAPTERS, CARE, Opened, Place, append, place_of
from tests.postgres import APPLICATION

LATER = '''
"""A revision of a later release."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{builds_on}"
branch_labels = None
depends_on = None
{says}


def upgrade():
    {does}
'''

ADDED = 'op.add_column("events", sa.Column("seen_by", sa.Text))'
MADE = 'op.create_table("later_things", sa.Column("id", sa.Text, primary_key=True))'
ONLY_ADDS = "additive = True"

ADDING = ("CREATE TABLE", "CREATE INDEX", "CREATE FUNCTION", "ALTER TABLE")
"""What a revision that only adds may do; an ALTER TABLE only adds a column that an earlier release may leave out."""

ADDITIVE = [
    (service, step.revision)
    for service, migrations in MIGRATIONS.items()
    for step in scripts(migrations).walk_revisions()
    if getattr(step.module, "additive", False)
]


@pytest.fixture(params=ADAPTERS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return place_of(request.param, tmp_path, request)


def later_release(folder: Path, *revisions: tuple[str, str, str]) -> Path:
    """The history of care as a later release has it: (revision, what it says of itself, what it does), one upon the other."""
    shutil.copytree(CARE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    builds_on = "care_0001"
    for revision, says, does in revisions:
        (folder / f"{revision}.py").write_text(LATER.format(revision=revision, builds_on=builds_on, says=says, does=does))
        builds_on = revision
    return folder


def upgraded(place: Place, release: Path) -> None:
    """The bootstrap of a later release has run."""
    engine = place.owner()
    try:
        migrate(engine, release)
        if engine.dialect.name == "postgresql":
            with engine.begin() as connection:
                grant_application(connection, APPLICATION)
    finally:
        engine.dispose()


def test_a_release_starts_and_works_on_a_schema_that_a_later_one_has_only_added_to(place: Place, tmp_path: Path) -> None:
    opened = Opened(place)
    append(opened.store, "case-1")
    upgraded(place, later_release(tmp_path / "later", ("care_0002", ONLY_ADDS, ADDED), ("care_0003", ONLY_ADDS, MADE)))
    append(opened.store, "case-2")  # it has run on meanwhile
    append(opened.reopen(), "case-3")
    assert [event.event_id for event in opened.store.walk()] == ["case-1/1", "case-2/1", "case-3/1"]
    opened.store.close()


@pytest.mark.parametrize(
    "revisions",
    [
        [("care_0002", "", ADDED)],
        [("care_0002", "additive = False", ADDED)],
        [("care_0002", "", ADDED), ("care_0003", ONLY_ADDS, MADE)],
        [("care_0002", ONLY_ADDS, MADE), ("care_0003", "", ADDED)],
    ],
    ids=["says nothing", "says that it does not", "one below says nothing", "one above says nothing"],
)
def test_a_release_refuses_a_schema_of_which_not_every_later_revision_says_that_it_only_adds(
    place: Place, tmp_path: Path, revisions: list[tuple[str, str, str]]
) -> None:
    Opened(place).store.close()
    upgraded(place, later_release(tmp_path / "later", *revisions))
    with pytest.raises(SchemaTooNew, match=f"written by a newer release \\(revision {revisions[-1][0]}\\)"):
        place.open()


def test_the_upgrade_of_an_image_that_has_gone_back_finds_nothing_to_do_and_the_later_one_goes_on_from_there(
    place: Place, tmp_path: Path
) -> None:
    Opened(place).store.close()
    upgraded(place, later_release(tmp_path / "later", ("care_0002", ONLY_ADDS, ADDED)))
    engine = place.owner()
    assert is_current(engine, CARE)
    migrate(engine, CARE)
    migrate(engine, later_release(tmp_path / "latest", ("care_0002", ONLY_ADDS, ADDED), ("care_0003", "", MADE)))
    assert sa.inspect(engine).has_table("later_things")
    engine.dispose()
    with pytest.raises(SchemaTooNew, match="care_0003"):
        place.open()


def test_a_release_refuses_additions_to_a_revision_that_is_not_its_newest(tmp_path: Path) -> None:
    ours = later_release(tmp_path / "ours", ("care_0002", ONLY_ADDS, MADE))
    theirs = later_release(tmp_path / "theirs", ("care_1002", ONLY_ADDS, ADDED))
    migrate_file(tmp_path / "care.sqlite", theirs)
    with pytest.raises(SchemaTooNew, match="care_1002"):
        migrate_file(tmp_path / "care.sqlite", ours)


@pytest.mark.parametrize(("service", "revision"), ADDITIVE, ids=[f"{s}-{r}" for s, r in ADDITIVE])
def test_a_revision_that_says_so_only_adds(service: str, revision: str, tmp_path: Path) -> None:
    for statement in _statements_of(revision, MIGRATIONS[service], tmp_path / "service.sqlite"):
        assert statement.startswith(ADDING), statement
        if statement.startswith("ALTER TABLE"):
            assert " ADD COLUMN " in statement, statement
            assert "NOT NULL" not in statement or "DEFAULT" in statement, statement


def _statements_of(revision: str, migrations: Path, file: Path) -> list[str]:
    """What a revision does in a file: all between the line that the one before wrote of itself, and its own."""
    told: list[str] = []
    engine = engine_for(file)
    sa.event.listen(engine, "before_cursor_execute", lambda *words: told.append(" ".join(words[2].split())))
    migrate(engine, migrations)
    engine.dispose()
    books = [place for place, statement in enumerate(told) if "alembic_version" in statement]
    own = next(place for place in books if f"'{revision}'" in told[place])
    return told[max(place for place in books if place < own) + 1 : own]
