"""The serious stories: a child stays away, the county goes after it, and it comes back or does not."""

from services.contracts.codes import Cause, ContactMeans, Department, VisitResult
from services.demo.county import aid
from services.demo.county.phases import (
    FOLLOW_UP_SCHOOL_DAYS,
    OBSERVATION_SCHOOL_DAYS,
    SUSPECTED_ON_MISSED_DAY,
    close,
    come_back,
    confirm_absence,
    contact,
    drop_out,
    duty,
    end_protection,
    household_status,
    school_visited,
    stay_away,
    visit,
)
from services.demo.county.story import LAST_PLAYED_DAY, Story


def hardship_returns(story: Story) -> None:
    first, back = story.chance.choice((1, 1, 2)), 9
    hardship_until_return(story, first, back)
    close(story, back + OBSERVATION_SCHOOL_DAYS + 1)


def hardship_until_return(story: Story, first: int, back: int) -> None:
    """Departments and aid answer to the need; granted after the child is back."""
    cast = story.cast
    stay_away(story, first, back - 1)
    measures = ("aid", cast.aid_officer), ("livelihood_talk", cast.township_officer), ("donation_in_kind", cast.homeroom)
    drop_out(story, first, Cause.HARDSHIP, *measures)
    visit(story, back - 1, VisitResult.WILL_RETURN)
    duty(story, Department.TOWNSHIP, back, "will_return")
    duty(story, Department.RURAL_REVITALISATION, back + 2, household_status(story))
    duty(story, Department.CIVIL_AFFAIRS, back + 3, "granted")
    aid.sign(story, back)
    aid.grant(story, aid.recommend(story, back + 1))
    come_back(story, back)


def learning_returns(story: Story) -> None:
    cast, first = story.cast, story.chance.randint(2, 6)
    back = first + story.chance.randint(10, 13)
    stay_away(story, first, back - 1)
    measures = ("assessment", cast.homeroom), ("tutoring", cast.tutor), ("counselling", cast.tutor)
    confirmed = drop_out(story, first, Cause.LEARNING, *measures)
    visit(story, confirmed + 1, VisitResult.UNDECIDED)
    school_visited(story, confirmed + 1)
    visit(story, back - 1, VisitResult.WILL_RETURN, nth=2)
    come_back(story, back)


def family_attitude_returns(story: Story) -> None:
    cast, first = story.cast, story.chance.randint(3, 6)
    back = first + story.chance.randint(10, 12)
    stay_away(story, first, back - 1)
    measures = ("group_visit", cast.village_cadre), ("commitment", cast.principal)
    confirmed = drop_out(story, first, Cause.FAMILY_ATTITUDE, *measures)
    visit(story, confirmed + 1, VisitResult.REFUSED, met=False)
    duty(story, Department.TOWNSHIP, confirmed + 2, "will_return")
    duty(story, Department.WOMENS_FEDERATION, confirmed + 4, "done")
    visit(story, back - 1, VisitResult.WILL_RETURN, nth=2, along=(cast.parent,))
    story.act(back - 1, 18, "sign_commitment", cast.homeroom, guardian="guardian_1", text=story.says("commitment"))
    come_back(story, back)


def labour_open(story: Story) -> None:
    """Two departments answer in time, one of them by letter, the third one late; the child is still at work."""
    cast, first = story.cast, story.chance.randint(1, 6)
    stay_away(story, first, LAST_PLAYED_DAY)
    measures = ("employer_report", cast.principal), ("bring_home", cast.village_cadre)
    confirmed = drop_out(story, first, Cause.LABOUR, *measures)
    visit(story, confirmed + 1, VisitResult.UNDECIDED, met=False)
    where = {"place": story.says("whereabouts.place"), "employer": story.says("whereabouts.employer")}
    story.act(confirmed + 1, 17, "record_whereabouts", cast.homeroom, **where)
    answers = [(Department.HUMAN_RESOURCES, "child_labour"), (Department.PUBLIC_SECURITY, "found")]
    story.chance.shuffle(answers)
    for (department, finding), day, late in zip(answers, (confirmed + 2, confirmed + 8), (False, True), strict=True):
        duty(story, department, day, finding, late=late)
    duty(story, Department.MARKET_REGULATION, confirmed + 2, "child_labour")
    story.alarms["duty_overdue"] = 1


def lost_contact_open(story: Story) -> None:
    cast, first = story.cast, story.chance.randint(2, 8)
    stay_away(story, first, LAST_PLAYED_DAY)
    confirmed = drop_out(story, first, Cause.LOST_CONTACT, ("tracing", cast.village_cadre))
    visit(story, confirmed + 1, VisitResult.NOT_FOUND, met=False)
    duty(story, Department.PUBLIC_SECURITY, confirmed + 2, "not_found")


def suspected_then_back(story: Story) -> None:
    """Present again at roll call before anybody confirmed a dropout: the suspicion is lifted."""
    first = story.chance.randint(1, 15)
    back = first + SUSPECTED_ON_MISSED_DAY + 1
    stay_away(story, first, back - 1)
    visit(story, back - 1, VisitResult.WILL_RETURN)
    story.moves_to(back, "school_age")
    story.case = "lifted"
    story.expect_texts("return_reminder", 0, 1)
    story.expect_texts("welcome_back", 0, 1)


def relapse(story: Story) -> None:
    """Back in school, and away again before the observation ends: the case goes on, with its history."""
    cast, first = story.cast, story.chance.randint(1, 3)
    back = first + story.chance.randint(8, 9)
    away_again = back + story.chance.randint(6, 8)
    stay_away(story, first, back - 1)
    measures = ("pupil_view", cast.principal), ("bullying_check", cast.principal)
    confirmed = drop_out(story, first, Cause.SCHOOL_FACTOR, *measures)
    visit(story, back - 1, VisitResult.WILL_RETURN)
    duty(story, Department.EDUCATION, confirmed + 5, "done")
    come_back(story, back, FOLLOW_UP_SCHOOL_DAYS[:1])
    end_protection(story)
    story.absent(away_again, LAST_PLAYED_DAY)
    confirm_absence(story, away_again)
    contact(story, away_again, ContactMeans.CALL, 10, "relapse.contact")
    visit(story, away_again + 2, VisitResult.UNDECIDED, nth=2)
    story.expect_texts("absence_query", 1, LAST_PLAYED_DAY - away_again + 1)
    story.alarms["relapse"] = 1
    story.case = "relapsed"


def suspected_open(story: Story) -> None:
    """Missing so late that the played days end before anybody confirms a dropout."""
    first = story.chance.randint(22, 24)
    stay_away(story, first, LAST_PLAYED_DAY)
    visit(story, LAST_PLAYED_DAY, VisitResult.UNDECIDED)
