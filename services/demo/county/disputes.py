"""Stories in which one body does not accept what another has said: duties declined and returned, a closing sent back."""

from services.contracts.codes import Cause, Department, VisitResult
from services.demo.county.officers import BUREAU_CLERK, BUREAU_LEAD
from services.demo.county.phases import (
    DUTIES,
    close,
    confirm_closing,
    drop_out,
    expect_duty,
    officer_of,
    propose_closing,
    stay_away,
    visit,
)
from services.demo.county.scripts import hardship_until_return
from services.demo.county.story import LAST_PLAYED_DAY, Story


def duties_disputed(story: Story) -> None:
    """Human resources decline and are asked again, the police's first answer does not suffice, a third one is let be."""
    cast, first = story.cast, story.chance.randint(1, 6)
    stay_away(story, first, LAST_PLAYED_DAY)
    confirmed = drop_out(story, first, Cause.LABOUR, ("employer_report", cast.principal), ("bring_home", cast.village_cadre))
    visit(story, confirmed + 1, VisitResult.UNDECIDED, met=False)
    _decline(story, Department.HUMAN_RESOURCES, confirmed + 1)
    _return(story, Department.HUMAN_RESOURCES, confirmed + 2, BUREAU_LEAD, "duty.returned.declined")
    _answer(story, Department.HUMAN_RESOURCES, confirmed + 4, "child_labour")
    _answer(story, Department.PUBLIC_SECURITY, confirmed + 2, "not_found")
    _return(story, Department.PUBLIC_SECURITY, confirmed + 3, BUREAU_CLERK, "duty.returned.answered")
    _answer(story, Department.PUBLIC_SECURITY, confirmed + 5, "found")
    _decline(story, Department.MARKET_REGULATION, confirmed + 2, by_letter=True)
    _let_be(story, Department.MARKET_REGULATION, confirmed + 3)
    for department, finding in ((Department.HUMAN_RESOURCES, "child_labour"), (Department.PUBLIC_SECURITY, "found")):
        expect_duty(story, department, DUTIES[department], finding=finding)
    expect_duty(story, Department.MARKET_REGULATION, DUTIES[Department.MARKET_REGULATION], outcome="excused")


def closing_sent_back(story: Story) -> None:
    """Township or bureau finds the papers wanting on the first day on which the case may be closed; the next day it is.

    The principal is away that week: a teacher of the school stands in.
    """
    back = 8
    hardship_until_return(story, first=1, back=back)
    away, substitute = LAST_PLAYED_DAY - 4, story.cast.tutor
    days = {"from_day": away, "until_day": LAST_PLAYED_DAY}
    story.act_at(away - 1, "16:10", "name_substitute", story.cast.principal, substitute=substitute, **days)
    propose_closing(story, LAST_PLAYED_DAY - 1, substitute)
    by = story.chance.choice((story.cast.township_officer, BUREAU_LEAD))
    if by == BUREAU_LEAD:
        confirm_closing(story, LAST_PLAYED_DAY - 1)
    story.act(LAST_PLAYED_DAY - 1, 15, "send_closing_back", by, text=story.says("closing.sent_back"))
    story.takes_turn(LAST_PLAYED_DAY - 1, "ClosingSentBack")
    close(story, LAST_PLAYED_DAY, substitute)


def _asked(department: Department) -> dict[str, object]:
    return {"department": department, "kind": DUTIES[department]}


def _answer(story: Story, department: Department, day: int, finding: str) -> None:
    answer = story.says(f"duty.{DUTIES[department]}.{finding}")
    by = officer_of(story, department)
    story.act(day, 15, "complete_duty", by, **_asked(department), finding=finding, answer=answer)


def _decline(story: Story, department: Department, day: int, *, by_letter: bool = False) -> None:
    """The department says that it is not its duty; if it is not online, a clerk enters its letter."""
    by, letter = (BUREAU_CLERK, story.says("duty.letter")) if by_letter else (officer_of(story, department), None)
    story.act(day, 10, "decline_duty", by, **_asked(department), text=story.says("duty.declined"), letter=letter)
    story.takes_turn(day, "DutyDeclined")


def _return(story: Story, department: Department, day: int, by: str, words: str) -> None:
    """The bureau finds that this is no answer: the term runs anew."""
    story.act(day, 9, "return_duty", by, **_asked(department), text=story.says(words))
    story.takes_turn(day, "DutyReturned")


def _let_be(story: Story, department: Department, day: int) -> None:
    """The bureau agrees that it is not the department's duty."""
    story.act(day, 11, "accept_decline", BUREAU_LEAD, **_asked(department), text=story.says("duty.excused"))
    story.takes_turn(day, "DeclineAccepted")
