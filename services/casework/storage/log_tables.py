"""The access log: a source, not a read model – what stands in it can be told by nothing else."""

from __future__ import annotations

import sqlalchemy as sa

ACCESS = sa.MetaData()

REVEAL_LOG = sa.Table(
    "reveal_log",
    ACCESS,
    sa.Column("reveal_id", sa.Text, primary_key=True),
    sa.Column("revealed_at", sa.Text, nullable=False),
    sa.Column("caller", sa.Text, nullable=False, index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("person_id", sa.Text, nullable=False, index=True),
    sa.Column("plain", sa.JSON, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("duty_id", sa.Text),
    sa.Column("report_id", sa.Text),
    sa.Column("trace_id", sa.Text),
    sa.Column("on_behalf_of", sa.Text),
)
"""Who opened what was typed about which child, for what, in which case, duty or mandatory report; never a word of it."""
