"""The story of a child that leaves for another school and never arrives: the transfer in flight outlives its term."""

from collections.abc import Sequence
from datetime import date, timedelta

from services.contracts.codes import ContactMeans, VisitResult
from services.demo.county.calendars import GovernmentDay
from services.demo.county.officers import office_login
from services.demo.county.owed import DUE_AFTER_MISSED_DAYS, report_and_go
from services.demo.county.phases import contact, visit
from services.demo.county.story import LAST_PLAYED_DAY, Story

TERM_WORKING_DAYS = 20  # domain.md section 2: a status of its own with a deadline; the default of registry.transfer.term
LAST_START = 10


def transfer_overdue(story: Story, terms: Sequence[tuple[int, int]], to_school: str | None) -> None:
    """The roll administrator lets it go (without `to_school`: out of the county); no school has it when the term has passed.

    From the day after, the class's lists say that it is not there. Nothing follows from them while it is between two schools;
    then it is missed, its teacher asks, and the principal reports and goes there.
    """
    started, over = story.chance.choice(terms)
    by = office_login("roll_administrator", story.cast.child.school_code)
    story.act(started, 10, "start_transfer", by, to_school=to_school)
    story.absent(started + 1, LAST_PLAYED_DAY)
    story.moves_to(over, "suspected")
    story.takes_turn(over, "PupilSuspected", "moved_away" if to_school is None else "transfer_overdue")
    story.case = "suspected"
    contact(story, over, ContactMeans.CALL, 10, "contact.transfer")
    report_and_go(story, over, has_case=True)
    visit(story, over + DUE_AFTER_MISSED_DAYS, VisitResult.NOT_FOUND, met=False)
    story.expect_texts("absence_query", 1, LAST_PLAYED_DAY - over + 1)


def transfer_terms(government: Sequence[GovernmentDay], school_days: Sequence[date]) -> list[tuple[int, int]]:
    """School days on which a transfer may begin, each with the day with which its term is over.

    That day, too, is a school day, and early enough for what the school owes the child from then on.
    """
    works = [day.on for day in government if day.works]
    numbers = {on: number for number, on in enumerate(school_days[: LAST_PLAYED_DAY - DUE_AFTER_MISSED_DAYS], start=1)}
    terms = []
    for on in school_days[1:LAST_START]:
        last = [day for day in works if day > on][TERM_WORKING_DAYS - 1]
        if (over := last + timedelta(days=1)) in numbers:
            terms.append((numbers[on], numbers[over]))
    return terms
