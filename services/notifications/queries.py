"""Questions answered from the read models of notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from services.chassis.projections import Projection
from services.contracts.ids import ClassId, GuardianId, NotificationId, PupilId, SchoolId, TemplateCode
from services.notifications.domain.notification_state import Status
from services.notifications.projections import HOUSEHOLD_ROWS, NOTIFICATION_ROWS, SCHOOL_ROWS, TEMPLATE_ROWS
from services.notifications.storage.rows import HouseholdRow, NotificationRow, SchoolRow, TemplateRow
from services.notifications.storage.tables import HOLDS, HOUSEHOLDS, NOTIFICATIONS, OUTBOX_MESSAGES, TEMPLATES

R = TypeVar("R", bound=msgspec.Struct)


class Scope(msgspec.Struct, frozen=True):
    """Whose texts a caller may see: the county's, those of schools, those of classes."""

    county: bool = False
    school_ids: tuple[SchoolId, ...] = ()
    class_ids: tuple[ClassId, ...] = ()

    def holds(self) -> sa.ColumnElement[bool]:
        """The condition on a household; a child whose household is not known yet is the county's only."""
        if self.county:
            return sa.true()
        return sa.or_(HOUSEHOLDS.c.school_id.in_(self.school_ids), HOUSEHOLDS.c.class_id.in_(self.class_ids))


def _row(engine: sa.Engine, projection: Projection[R], key: str) -> R | None:
    table = projection.table
    (key_column,) = table.primary_key
    with engine.connect() as connection:
        row = connection.execute(sa.select(table).where(key_column == key)).mappings().first()
    return None if row is None else projection.read_form(dict(row))


def notification(engine: sa.Engine, notification_id: NotificationId) -> NotificationRow | None:
    """One text."""
    return _row(engine, NOTIFICATION_ROWS, notification_id)


def household(engine: sa.Engine, pupil_id: PupilId) -> HouseholdRow | None:
    """The household of a child."""
    return _row(engine, HOUSEHOLD_ROWS, pupil_id)


def is_held(engine: sa.Engine, pupil_id: PupilId, guardian_id: GuardianId) -> bool:
    """Whether nothing goes now to a guardian: about a child that is held, or as a guardian of one."""
    held = sa.select(HOLDS.c.pupil_id, HOUSEHOLDS.c.guardians).outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.pupil_id == HOLDS.c.pupil_id)
    of_guardian = sa.cast(HOUSEHOLDS.c.guardians, sa.Text).contains(f'"{guardian_id}"', autoescape=True)
    with engine.connect() as connection:
        return connection.execute(held.where(sa.or_(HOLDS.c.pupil_id == pupil_id, of_guardian))).first() is not None


def school(engine: sa.Engine, school_id: SchoolId) -> SchoolRow | None:
    """A school."""
    return _row(engine, SCHOOL_ROWS, school_id)


def template(engine: sa.Engine, code: TemplateCode) -> TemplateRow | None:
    """A template with all its versions."""
    return _row(engine, TEMPLATE_ROWS, code)


def templates(engine: sa.Engine) -> list[TemplateRow]:
    """All templates."""
    with engine.connect() as connection:
        rows = connection.execute(sa.select(TEMPLATES).order_by(TEMPLATES.c.template)).mappings().all()
    return [TEMPLATE_ROWS.read_form(dict(row)) for row in rows]


def texted_with(engine: sa.Engine, guardian_id: GuardianId, record_version: int) -> bool:
    """Whether the gateway took a text to the guardian at the number of this version of the record."""
    sent = sa.select(NOTIFICATIONS.c.notification_id).where(
        NOTIFICATIONS.c.guardian_id == guardian_id,
        NOTIFICATIONS.c.status == Status.SENT.value,
        NOTIFICATIONS.c.record_version == record_version,
    )
    with engine.connect() as connection:
        return connection.execute(sent.limit(1)).first() is not None


def notifications(scope: Scope) -> sa.Select[Any]:
    """The texts of a scope, with the school and class of the child."""
    return (
        sa.select(NOTIFICATIONS, HOUSEHOLDS.c.school_id, HOUSEHOLDS.c.class_id)
        .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.pupil_id == NOTIFICATIONS.c.pupil_id)
        .where(scope.holds())
    )


def notification_in(engine: sa.Engine, notification_id: str, scope: Scope) -> Mapping[str, Any] | None:
    """One text with the school and class of the child, if it is of the scope."""
    query = notifications(scope).where(NOTIFICATIONS.c.notification_id == notification_id)
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def outbox(scope: Scope) -> sa.Select[Any]:
    """What the local gateway took, with the text that it was, for a scope."""
    return (
        sa.select(
            OUTBOX_MESSAGES.c.message_id,
            OUTBOX_MESSAGES.c.taken_at,
            OUTBOX_MESSAGES.c.segments,
            OUTBOX_MESSAGES.c.digest,
            OUTBOX_MESSAGES.c.language,
            OUTBOX_MESSAGES.c.named,
            OUTBOX_MESSAGES.c.notification_id,
            OUTBOX_MESSAGES.c.guardian_id,
            NOTIFICATIONS.c.pupil_id,
            NOTIFICATIONS.c.template,
            NOTIFICATIONS.c.template_version,
            NOTIFICATIONS.c.day,
            NOTIFICATIONS.c.status,
            HOUSEHOLDS.c.school_id,
            HOUSEHOLDS.c.class_id,
            HOUSEHOLDS.c.guardians,
        )
        .join(NOTIFICATIONS, NOTIFICATIONS.c.notification_id == OUTBOX_MESSAGES.c.notification_id)
        .outerjoin(HOUSEHOLDS, HOUSEHOLDS.c.pupil_id == NOTIFICATIONS.c.pupil_id)
        .where(scope.holds())
    )
