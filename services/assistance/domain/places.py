"""Where a sealed text belongs: the record and the field are bound into it, so that it opens nowhere else."""

from __future__ import annotations

from services.contracts.assistance import ObjectionId
from services.contracts.ids import ApplicationId


def panel_minutes(application_id: ApplicationId) -> str:
    """What the school's panel wrote down."""
    return f"application/{application_id}/panel/minutes"


def objection_text(application_id: ApplicationId, objection_id: ObjectionId) -> str:
    """The words of an objection."""
    return f"application/{application_id}/objection/{objection_id}/text"


def objection_answer(application_id: ApplicationId, objection_id: ObjectionId) -> str:
    """What its examination came to, in words."""
    return f"application/{application_id}/objection/{objection_id}/answer"
