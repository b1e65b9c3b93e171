"""The other services' signed checkpoints as they came: what their logs are held against."""

from __future__ import annotations

import msgspec

from services.chassis.checkpoints import CheckpointSigned
from services.chassis.envelope import Envelope
from services.chassis.projections import Projection
from services.oversight.storage.rows import AnchorRow
from services.oversight.storage.tables import ANCHORS


def anchor_row(row: AnchorRow | None, event: CheckpointSigned, _envelope: Envelope) -> AnchorRow:
    """The checkpoint as it came first; another of the same number does not replace it."""
    return row or AnchorRow(anchor_id=anchor_id(event), **msgspec.structs.asdict(event))


def anchor_id(event: CheckpointSigned) -> str:
    """Service and number name a checkpoint."""
    return f"{event.service}/{event.number}"


ANCHOR_ROWS = Projection(ANCHORS, AnchorRow, {CheckpointSigned: anchor_id}, anchor_row)
