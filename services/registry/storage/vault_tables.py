"""The vault, and what imports keep: sources, not read models – they are written with the events that cite them.

Only `imports` is a read model. Nothing here but digests, ids, codes and ciphertext.
"""

from __future__ import annotations

import sqlalchemy as sa

VAULT = sa.MetaData()

PERSON_FIELDS = sa.Table(
    "person_fields",
    VAULT,
    sa.Column("person_id", sa.Text, primary_key=True),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("suite", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
)
"""Each field of each version of a child's or guardian's record that changed it, sealed under the person's own key."""

PERSON_INDEX = sa.Table(
    "person_index",
    VAULT,
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Text, nullable=False, index=True),
)
"""The blind indexes by which people are found: identity and roll numbers (old ones too), phones with names."""

GUARDIANSHIPS = sa.Table(
    "guardianships",
    VAULT,
    sa.Column("pupil_id", sa.Text, primary_key=True),
    sa.Column("guardian_id", sa.Text, primary_key=True, index=True),
)
"""Whose guardian a person is: the scope in which they may be shown, and how long their key is kept."""

REVEAL_LOG = sa.Table(
    "reveal_log",
    VAULT,
    sa.Column("reveal_id", sa.Text, primary_key=True),
    sa.Column("revealed_at", sa.Text, nullable=False, index=True),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("plain", sa.JSON, nullable=False),
    sa.Column("masked", sa.JSON, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("duty_id", sa.Text),
    sa.Column("trace_id", sa.Text),
    sa.Column("on_behalf_of", sa.Text),
    sa.Index("reveal_log_of_caller", "caller", "revealed_at"),
)
"""Who asked for whose data, for what, and which fields were shown plainly or masked; never a value."""

STAGED_ROWS = sa.Table(
    "staged_rows",
    VAULT,
    sa.Column("import_id", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("school_id", sa.Text),
    sa.Column("suite", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("id_digest", sa.Text, index=True),
    sa.Column("roll_digest", sa.Text, index=True),
)
"""The rows of accepted files that are not all applied yet, sealed under the import's own key."""

IMPORT_FILES = sa.Table(
    "import_files",
    VAULT,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("import_id", sa.Text, nullable=False),
)
"""Which file has been accepted, by a keyed digest of kind, school and bytes."""

IMPORT_FINDINGS = sa.Table(
    "import_findings",
    VAULT,
    sa.Column("import_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sheet", sa.Text, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("column", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
)
"""What was wrong with a file: places and rules, never what was typed."""

IMPORTS = sa.Table(
    "imports",
    VAULT,
    sa.Column("import_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("school_id", sa.Text, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("errors", sa.Integer, nullable=False),
    sa.Column("warnings", sa.Integer, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("chunks_applied", sa.Integer, nullable=False),
    sa.Column("enrolled", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("uploaded_at", sa.Text, nullable=False),
    sa.Column("completed_at", sa.Text),
)
"""Read model: every import and how far it has come."""
