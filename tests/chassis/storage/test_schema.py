"""The schema that migrations make is the schema that the tables say, on files of every age."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from services.chassis.storage.migrate import SchemaTooNew
from services.chassis.storage.sqlite_file import engine_for, migrate_file
from services.chassis.storage.tables import HOUSE
from tests.chassis.toy import MIGRATIONS
from tests.chassis.toy_care import TABLES


def schema(engine: sa.Engine) -> dict[str, object]:
    """Tables, columns, keys, unique constraints and indexes as the database has them."""
    inspector = sa.inspect(engine)
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
            inspector.get_pk_constraint(name)["constrained_columns"],
            sorted((u["name"] or "", tuple(u["column_names"])) for u in inspector.get_unique_constraints(name)),
            sorted((i["name"] or "", tuple(map(str, i["column_names"]))) for i in inspector.get_indexes(name)),
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_a_migrated_file_has_exactly_the_tables_of_the_house_and_the_service(tmp_path: Path) -> None:
    migrate_file(tmp_path / "migrated.sqlite", MIGRATIONS / "care")
    migrated, made = engine_for(tmp_path / "migrated.sqlite"), engine_for(tmp_path / "made.sqlite")
    HOUSE.create_all(made)
    TABLES.create_all(made)
    try:
        assert schema(migrated) == schema(made)
    finally:
        migrated.dispose()
        made.dispose()


def test_migrating_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "care.sqlite"
    migrate_file(path, MIGRATIONS / "care")
    before = path.read_bytes()
    migrate_file(path, MIGRATIONS / "care")
    assert path.read_bytes() == before


def test_a_file_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "care.sqlite"
    migrate_file(path, MIGRATIONS / "care")
    engine = engine_for(path)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'house_9999' WHERE version_num = 'house_0001'")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('house_9998')")
    engine.dispose()
    with pytest.raises(SchemaTooNew, match="house_9998"):
        migrate_file(path, MIGRATIONS / "care")
