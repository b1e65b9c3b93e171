"""The principal's team 校长带队 (domain.md §2): who of the school went to a household, and whether they were a team."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum

import msgspec

from services.contracts.codes import Role
from services.contracts.identity import AppointmentRow
from services.contracts.ids import OfficerId

HEADS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.CENTRAL_SCHOOL})
TEACHERS = frozenset({Role.HOMEROOM_TEACHER, Role.TEACHER})
TEACHERS_WITHOUT_A_HEAD = 2
"""Teachers whom the head of the school sends in its place: one alone is a contact."""


class Part(StrEnum):
    """What somebody is at the child's school."""

    HEAD = "head"
    TEACHER = "teacher"
    OTHER = "other"
    NONE = "none"


class Visitor(msgspec.Struct, frozen=True):
    """Who went, and what they were that day at the child's school or the central school above it."""

    officer_id: OfficerId
    part: Part


def visitor(officer_id: OfficerId, posts: Iterable[AppointmentRow], schools: Collection[str], day: date) -> Visitor:
    """A visitor by the posts that they held that day; `schools` are the child's and the central school above it."""
    roles = {post.role for post in posts if post.in_force_on(day) and post.body_id in schools}
    if roles & HEADS:
        return Visitor(officer_id, Part.HEAD)
    if roles & TEACHERS:
        return Visitor(officer_id, Part.TEACHER)
    return Visitor(officer_id, Part.OTHER if roles else Part.NONE)


def is_team(visitors: Iterable[Visitor]) -> bool:
    """A head of the school, or two teachers; whoever keeps rolls, aid or accounts, and parents, come along."""
    parts = [each.part for each in visitors]
    return Part.HEAD in parts or parts.count(Part.TEACHER) >= TEACHERS_WITHOUT_A_HEAD
