"""Terms of the procedure, whom a programme is for, and what a hardship measure is matched with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from services.chassis.decider import Policy, working_days
from services.contracts.assistance import ProgrammeSet, Stage
from services.contracts.codes import RESTRICTED_GROUPS, Group, Outcome, Role
from services.contracts.ids import EpisodeId, GuardianId, PupilId, SchoolId

PANEL_MEMBERS = Policy(
    "aid.panel.members", default=3, source="local: domain.md §7 says school panel, and two can only agree or not", unit="officers"
)

PANEL_ROLES = frozenset(
    {
        Role.PRINCIPAL,
        Role.VICE_PRINCIPAL,
        Role.CENTRAL_SCHOOL,
        Role.AID_OFFICER,
        Role.ROLL_ADMINISTRATOR,
        Role.HOMEROOM_TEACHER,
        Role.TEACHER,
        Role.DORM_SUPERVISOR,
        Role.PARENT_REPRESENTATIVE,
    }
)
"""Who of a school may sit on its panel: its leaders, teachers and parent representatives (domain.md §1), no mere account."""

NOTICE_TERM = Policy("aid.public_notice", default=working_days(5), source="domain.md §7: public notice 公示 of 5 working days")

REVIEW_TERM = Policy(
    "aid.review", default=working_days(10), source="local; as long as civil affairs have for relief (domain.md §4)"
)

LAST_PRIMARY_GRADE = 6
"""Grades 1–6 are primary, 7–9 junior school: the nine years of compulsory education as six and three (六三学制)."""

STILL_ENROLLED = frozenset({Outcome.RETURNED, Outcome.HOME_TEACHING})
"""Outcomes of a case with which the child is taught by its school (domain.md §6); on leave it is not."""

NOT_FOR_THE_WALL = RESTRICTED_GROUPS | {
    Group.DISABLED,
    Group.ORPHAN,
    Group.UNSUPPORTED,
    Group.DESTITUTE,
    Group.IN_DIFFICULTY,
}
"""Groups that a public notice must not give away through a programme's name (PIPL art. 28; domain.md §7, §11)."""


Away = Literal["dropout", "relapse", "left"]
"""Why a child is not at school: it has dropped out, is missing again after its return, or has left the county's schools."""

Ineligibility = Literal["not_on_roll", "stage", "boarding", "group"]


class Pupil(msgspec.Struct, frozen=True, kw_only=True):
    """What eligibility asks about a child; `away` is set while it is not at school."""

    pupil_id: PupilId
    school_id: SchoolId
    grade: int
    boarding: bool
    groups: tuple[Group, ...] = ()
    guardian_ids: tuple[GuardianId, ...] = ()
    episode_id: EpisodeId | None = None
    away: Away | None = None
    on_roll: bool = True


def stage_of(grade: int) -> Stage:
    """The stage of a grade."""
    return "primary" if grade <= LAST_PRIMARY_GRADE else "junior"


def ineligible(programme: ProgrammeSet, pupil: Pupil) -> Ineligibility | None:
    """The first condition of the programme that the child does not meet."""
    if not pupil.on_roll:
        return "not_on_roll"
    if stage_of(pupil.grade) not in programme.stages:
        return "stage"
    if programme.boarding is not None and programme.boarding != pupil.boarding:
        return "boarding"
    if programme.groups and not set(programme.groups) & set(pupil.groups):
        return "group"
    return None


def runs_on(programme: ProgrammeSet, day: date) -> bool:
    """Whether this setting of the programme covers the day."""
    return programme.effective_from <= day and (programme.effective_until is None or day <= programme.effective_until)


def latest(settings: Iterable[ProgrammeSet]) -> list[ProgrammeSet]:
    """Of each programme the terms that begin last, by code."""
    last: dict[str, ProgrammeSet] = {}
    for setting in settings:
        known = last.get(setting.code)
        if known is None or setting.effective_from > known.effective_from:
            last[setting.code] = setting
    return [last[code] for code in sorted(last)]


def in_force(settings: Iterable[ProgrammeSet], day: date) -> list[ProgrammeSet]:
    """Of each programme the terms that hold on a day, by code: those begun last decide, if they have not ended."""
    begun = latest(setting for setting in settings if setting.effective_from <= day)
    return [programme for programme in begun if runs_on(programme, day)]


def exclusive(one: ProgrammeSet, other: ProgrammeSet) -> bool:
    """Whether nobody may have both: it is enough that one of them says so."""
    return other.code in one.excludes or one.code in other.excludes


def matching(settings: Iterable[ProgrammeSet], pupil: Pupil, day: date) -> list[ProgrammeSet]:
    """What a hardship measure applies for: every programme by application that fits the child, else the fallbacks.

    Of programmes that exclude each other the larger amount is taken.
    """
    fitting = [
        programme for programme in in_force(settings, day) if programme.by_application and ineligible(programme, pupil) is None
    ]
    chosen = [programme for programme in fitting if not programme.fallback] or fitting
    taken: list[ProgrammeSet] = []
    for programme in sorted(chosen, key=lambda each: (-each.amount_fen, each.code)):
        if not any(exclusive(programme, other) for other in taken):
            taken.append(programme)
    return taken


def named_in_public(programme: ProgrammeSet) -> bool:
    """Whether a public notice may name the programme without giving away health or family."""
    return not programme.groups or not set(programme.groups) <= NOT_FOR_THE_WALL
