"""Looks over the ages of a school's children in the vault: work of the service's own worker, which may be repeated safely.

Nothing but the command comes out of it: neither a birth date nor who is younger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.chassis.decider import Command
from services.chassis.envelope import Context, Envelope
from services.chassis.errors import Misconfigured
from services.chassis.reactions import OutsideCall
from services.chassis.turn import Turn
from services.chassis.turns import Turns
from services.contracts.codes import Ledger
from services.contracts.ids import PupilId, SchoolId
from services.contracts.registry import AgeReviewFellDue
from services.registry.adapters.vault import Vault
from services.registry.domain.age import EndSchoolAge, is_under
from services.registry.domain.policies import SCHOOL_AGE_UNTIL
from services.registry.domain.school import ReviewAges
from services.registry.projections.pupils import PUPIL_ROWS
from services.registry.storage.rows import PupilRow


class AgeReview:
    """Reviews ages. It is made before the service whose turns it takes, and begins when it is given them."""

    def __init__(self) -> None:
        self._turns: Turns | None = None
        self._vault: Vault | None = None

    def begin(self, turns: Turns, vault: Vault) -> None:
        """Take up work."""
        self._turns, self._vault = turns, vault

    def calls(self) -> tuple[OutsideCall, ...]:
        """A review that failed for good is due again."""
        return (
            OutsideCall(AgeReviewFellDue, "review_ages", call=self.review, uncertain=_again, gave_up=_again, deduplicates=True),
        )

    def review(self, event: AgeReviewFellDue, envelope: Envelope) -> Iterable[Command]:
        """Whoever of the school has reached the upper age is of school age no longer, or may be closed as over age.

        Without a birth date nobody has.
        """
        if self._turns is None or self._vault is None:
            raise Misconfigured("ages are to be reviewed before the service has begun")
        until, today, children = self._turns.run(lambda turn: _asked(turn, event.school_id, envelope))
        for pupil_id, person in self._vault.people(children, ("birth_date",)).items():
            if not is_under(until, date.fromisoformat(person.fields["birth_date"]), today):
                yield EndSchoolAge(pupil_id=PupilId(pupil_id))


def _asked(turn: Turn, school_id: SchoolId, envelope: Envelope) -> tuple[int, date, list[PupilId]]:
    """The upper age in force, the day, and the school's children who are in one of the three ledgers."""
    given = turn.given(Context(actor=envelope.actor))
    rows: list[PupilRow] = turn.rows(PUPIL_ROWS, school_id=school_id)
    return given.value(SCHOOL_AGE_UNTIL), given.today, [row.pupil_id for row in rows if row.ledger is not Ledger.STRUCK_OFF]


def _again(event: AgeReviewFellDue) -> Command:
    return ReviewAges(school_id=event.school_id)
