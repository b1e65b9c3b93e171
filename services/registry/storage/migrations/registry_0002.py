"""The vault, the reveal log and what imports keep (`registry.storage.vault_tables`), as of release 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "registry_0002"
down_revision = "registry_0001"
branch_labels = None
depends_on = None


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, primary_key=key)


def _whole(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, primary_key=key)


def upgrade() -> None:
    _create_vault()
    _create_imports()


def _create_vault() -> None:
    op.create_table(
        "person_fields",
        _text("person_id", key=True),
        _text("field", key=True),
        _whole("version", key=True),
        _text("suite"),
        _text("sealed"),
    )
    op.create_table("person_index", _text("field", key=True), _text("digest", key=True), _text("person_id"))
    op.create_index("ix_person_index_person_id", "person_index", ["person_id"])
    op.create_table("guardianships", _text("pupil_id", key=True), _text("guardian_id", key=True))
    op.create_index("ix_guardianships_guardian_id", "guardianships", ["guardian_id"])
    op.create_table(
        "reveal_log",
        _text("reveal_id", key=True),
        *(_text(name) for name in ("revealed_at", "caller", "purpose", "person_id")),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("plain", "masked")),
        *(sa.Column(name, sa.Text) for name in ("case_id", "duty_id", "trace_id")),
    )
    for column in ("revealed_at", "caller", "person_id"):
        op.create_index(f"ix_reveal_log_{column}", "reveal_log", [column])


def _create_imports() -> None:
    op.create_table(
        "staged_rows",
        _text("import_id", key=True),
        _whole("place", key=True),
        sa.Column("school_id", sa.Text),
        _text("suite"),
        _text("sealed"),
        sa.Column("id_digest", sa.Text),
        sa.Column("roll_digest", sa.Text),
    )
    for column in ("id_digest", "roll_digest"):
        op.create_index(f"ix_staged_rows_{column}", "staged_rows", [column])
    op.create_table("import_files", _text("digest", key=True), _text("import_id"))
    op.create_table(
        "import_findings",
        _text("import_id", key=True),
        _whole("number", key=True),
        _text("sheet"),
        _whole("row"),
        *(_text(name) for name in ("column", "rule", "severity")),
    )
    op.create_table(
        "imports",
        _text("import_id", key=True),
        _text("kind"),
        sa.Column("school_id", sa.Text),
        _text("state"),
        *(_whole(name) for name in ("rows", "errors", "warnings", "chunks", "chunks_applied")),
        *(_whole(name) for name in ("enrolled", "changed", "unchanged", "refused")),
        *(_text(name) for name in ("uploaded_by", "uploaded_at")),
        sa.Column("completed_at", sa.Text),
    )
    op.create_index("ix_imports_school_id", "imports", ["school_id"])
