"""Questions that many rules of an application ask first: is it still open, may the child have the programme."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.assistance.domain.application_state import OPEN, ApplicationState
from services.assistance.domain.errors import ApplicationClosed, NotEligible, ProgrammeNotInForce, ProgrammesExclude
from services.assistance.domain.policies import Pupil, exclusive, ineligible, runs_on
from services.contracts.assistance import ProgrammeSet


def must_be_open(state: ApplicationState) -> None:
    """Raises ApplicationClosed once it is decided or withdrawn."""
    if state.status not in OPEN:
        raise ApplicationClosed(status=state.status)


def must_be_eligible(programme: ProgrammeSet, pupil: Pupil, held: Iterable[ProgrammeSet], day: date) -> None:
    """The programme runs, the child fits it and holds nothing that excludes it.

    Raises ProgrammeNotInForce, NotEligible, ProgrammesExclude.
    """
    if not runs_on(programme, day):
        raise ProgrammeNotInForce(code=programme.code)
    condition = ineligible(programme, pupil)
    if condition is not None:
        raise NotEligible(code=programme.code, condition=condition)
    for other in held:
        if exclusive(programme, other):
            raise ProgrammesExclude(code=programme.code, held=other.code)
