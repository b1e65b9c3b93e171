"""Stories of households in need whose aid does not go the straight way: granted while the child is away, or refused."""

from services.contracts.codes import Cause, Department, VisitResult
from services.demo.county import aid
from services.demo.county.phases import SUSPECTED_ON_MISSED_DAY, come_back, drop_out, duty, household_status, stay_away, visit
from services.demo.county.story import Story

_BACK_ON = 9
_FOLLOW_UPS_UNTIL_THE_END = (5,)


def aid_while_away(story: Story) -> None:
    """The bureau grants before the child is back: the right is settled and rests, and goes on with the return."""
    first = story.chance.randint(2, 4)
    confirmed = first + SUSPECTED_ON_MISSED_DAY
    reviewed = confirmed + 2 + aid.NOTICE_SCHOOL_DAYS
    back = reviewed + story.chance.randint(2, 4)
    stay_away(story, first, back - 1)
    _plan_for_hardship(story, first)
    duty(story, Department.RURAL_REVITALISATION, confirmed + 2, household_status(story))
    duty(story, Department.CIVIL_AFFAIRS, confirmed + 3, "granted")
    aid.sign(story, confirmed + 1)
    aid.recommend(story, confirmed + 2)
    visit(story, confirmed + 4, VisitResult.UNDECIDED)
    aid.grant(story, reviewed)
    story.takes_turn(reviewed, "AidPaused", "dropout")
    visit(story, back - 1, VisitResult.WILL_RETURN, nth=2)
    come_back(story, back, _FOLLOW_UPS_UNTIL_THE_END)
    story.takes_turn(back, "AidResumed")


def objection_upheld(story: Story) -> None:
    """During the notice somebody says what the school did not know; it is right, and the bureau can only refuse."""
    _hardship_until_return(story)
    aid.sign(story, _BACK_ON)
    panel = _BACK_ON + 1
    reviewed = aid.recommend(story, panel)
    aid.object_to(story, panel + 2)
    aid.uphold(story, panel + 4)
    aid.refuse(story, reviewed, aid.OBJECTION_UPHELD)


def not_recommended(story: Story) -> None:
    """The school's panel finds no hardship; the child is back all the same."""
    _hardship_until_return(story)
    aid.sign(story, _BACK_ON)
    aid.refuse_in_panel(story, _BACK_ON + 1)


def _hardship_until_return(story: Story) -> None:
    first = story.chance.choice((1, 2))
    stay_away(story, first, _BACK_ON - 1)
    _plan_for_hardship(story, first)
    visit(story, _BACK_ON - 1, VisitResult.WILL_RETURN)
    duty(story, Department.RURAL_REVITALISATION, _BACK_ON + 1, household_status(story))
    duty(story, Department.CIVIL_AFFAIRS, _BACK_ON + 3, "refused")
    come_back(story, _BACK_ON)


def _plan_for_hardship(story: Story, first: int) -> None:
    cast = story.cast
    drop_out(story, first, Cause.HARDSHIP, ("aid", cast.aid_officer), ("donation_in_kind", cast.homeroom))
