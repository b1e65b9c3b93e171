"""What the registry must remember of a child to decide: place, session facts, what was told, ledger."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from services.contracts.codes import Group, Ledger
from services.contracts.ids import ClassId, EpisodeId, PupilId, SchoolId
from services.contracts.registry import (
    LeaverWithoutSchool,
    PupilRecordWritten,
    RegistrationExpected,
    TransferStarted,
)
from services.registry.domain.absence import Facts

SuspicionReason = Literal["absent", "not_registered", "moved_away", "transfer_overdue"]


class PupilState(msgspec.Struct, frozen=True):
    """A child on the roll, or expected there.

    `facts` are the sessions told, from `facts_from` on; `closed` the days that closed with the child missing. `told_…` is what
    has been said of the run that is open, so that only changes are said again; `…_due_on` is what the school owes, until told
    that it is settled; `…_made_on` when it last made good, or a former release left it to the case.
    """

    pupil_id: PupilId = PupilId("")
    school_id: SchoolId = SchoolId("")
    class_id: ClassId = ClassId("")
    grade: int = 0
    residence_division: str = ""
    groups: tuple[Group, ...] = ()
    record: PupilRecordWritten | None = None
    enrolled: bool = False
    expected: RegistrationExpected | None = None
    leaver: LeaverWithoutSchool | None = None
    missed_term: str = ""
    registered_terms: frozenset[str] = frozenset()
    transfer: TransferStarted | None = None

    facts: Facts = msgspec.field(default_factory=dict)
    facts_from: date | None = None
    closed: frozenset[date] = frozenset()
    confirmed: frozenset[date] = frozenset()
    contacted_on: date | None = None
    visited_on: date | None = None
    visit_due_on: date | None = None
    visit_made_on: date | None = None
    reported_on: date | None = None
    report_due_on: date | None = None
    report_made_on: date | None = None

    episode_id: EpisodeId | None = None
    correlation_id: EpisodeId | None = None
    told_run: bool = False
    told_count: int = 0
    told_contact: bool = False

    ledger: Ledger = Ledger.SCHOOL_AGE
    upper_age_told: EpisodeId | None = None
    suspected_on: date | None = None
    suspected_for: SuspicionReason | None = None
    returned_on: date | None = None
    lost_on: date | None = None

    @property
    def observed(self) -> bool:
        """Back at school, under observation in the dropout ledger."""
        return self.ledger is Ledger.DROPOUT and self.returned_on is not None and self.lost_on is None

    @property
    def away(self) -> bool:
        """In the dropout ledger and not back: roll calls tell nothing new."""
        return self.ledger is Ledger.DROPOUT and not self.observed

    @property
    def known(self) -> bool:
        """On the roll, or expected there."""
        return self.pupil_id != "" and (self.ledger is not Ledger.STRUCK_OFF or self.enrolled)

    @property
    def over_age(self) -> bool:
        """Still on the roll, and of school age no longer: missing is noticed, and promotes to no ledger."""
        return self.ledger is Ledger.STRUCK_OFF and self.enrolled

    @property
    def in_case(self) -> bool:
        """Suspected, dropped out, or back under observation."""
        return self.ledger in (Ledger.SUSPECTED, Ledger.DROPOUT)

    @property
    def episode(self) -> EpisodeId:
        """The episode that goes on: a run, a suspicion and a return always belong to one."""
        if self.episode_id is None:
            raise AssertionError("a run, a suspicion and a return always belong to an episode")
        return self.episode_id

    def is_suspected_for(self, *reasons: SuspicionReason) -> bool:
        """Whether the child stands in the ledger of suspected dropouts for one of the reasons."""
        return self.ledger is Ledger.SUSPECTED and self.suspected_for in reasons

    def is_history(self, day: date) -> bool:
        """Whether the day lies before what still counts (a return, a new enrolment)."""
        return self.facts_from is not None and day < self.facts_from
