"""The serious stories: a child stays away, the county goes after it, and it comes back or does not.

Every rule that a script counts on is a default of domain.md; truth.py says in which form acts are written down.
"""

from services.contracts.codes import (
    Cause,
    ContactMeans,
    Department,
    DutyKind,
    Outcome,
    Placement,
    VisitResult,
)
from services.demo.county.chance import clock
from services.demo.county.officers import office_login
from services.demo.county.owed import DUE_AFTER_MISSED_DAYS, report_and_go
from services.demo.county.story import LAST_PLAYED_DAY, Story

SUSPECTED_ON_MISSED_DAY = 6  # domain.md section 2: more than 5 school days
REGISTRATION_CLOSES_ON = 3  # section 2: a child that has not come by the third school day of the term
OBSERVATION_SCHOOL_DAYS = 20  # section 6
FOLLOW_UP_SCHOOL_DAYS = (5, 10, 20)  # section 6: weeks 1, 2 and 4 after return
NOTICE_SCHOOL_DAYS = 7  # longer than the five working days of the public notice, section 7

BUREAU_LEAD = office_login("bureau_lead")
BUREAU_CLERK = office_login("bureau_clerk")
COUNTY_LEADER = office_login("county_leader")

_DUTIES = {
    Department.CIVIL_AFFAIRS: DutyKind.DECIDE_RELIEF,
    Department.RURAL_REVITALISATION: DutyKind.VERIFY_HOUSEHOLD_STATUS,
    Department.TOWNSHIP: DutyKind.PERSUADE,
    Department.WOMENS_FEDERATION: DutyKind.SUPPORT_FAMILY,
    Department.HUMAN_RESOURCES: DutyKind.INSPECT_CHILD_LABOUR,
    Department.MARKET_REGULATION: DutyKind.INSPECT_EMPLOYER,
    Department.PUBLIC_SECURITY: DutyKind.VERIFY_WHEREABOUTS,
    Department.EDUCATION: DutyKind.SUPERVISE_SCHOOL,
}
_BY_LETTER = frozenset({Department.MARKET_REGULATION})
"""Nobody of theirs is online: a clerk enters the sealed reply."""
_STATUS_BY_GROUP = {"脱贫户": "relief_household", "监测户": "monitored"}
_NEXT_STEPS = {
    VisitResult.WILL_RETURN: "next.return",
    VisitResult.UNDECIDED: "next.visit",
    VisitResult.REFUSED: "next.visit",
    VisitResult.NOT_FOUND: "next.trace",
}


# --- phases that the stories share ------------------------------------------------------------------------------------


def stay_away(story: Story, first: int, last: int) -> None:
    """Absent from `first` to `last`; the teacher confirms, calls, and visits on the third day, the principal on the fourth."""
    story.absent(first, last)
    confirm_absence(story, first)
    contact(story, first, ContactMeans.CALL, 10, "contact.call")
    story.expect_texts("absence_query", 1, min(last, LAST_PLAYED_DAY) - first + 1)
    if first + 2 <= last:
        contact(story, first + 2, ContactMeans.HOME_VISIT, 16, "contact.home_visit")
    if first + DUE_AFTER_MISSED_DAYS <= last:
        report_and_go(story, first, has_case=first == 1)  # whoever never came is suspected by then
    suspected_on = REGISTRATION_CLOSES_ON if first == 1 else first + SUSPECTED_ON_MISSED_DAY - 1
    if suspected_on <= last:
        story.moves_to(suspected_on, "suspected")
        story.case = "suspected"


def confirm_absence(story: Story, day: int) -> None:
    """The homeroom teacher says that the child is really missing: the text need not wait its half hour."""
    story.act_at(day, clock(story.chance, 8, minute=25, spread=20), "confirm_absence", story.cast.homeroom)


def contact(story: Story, day: int, means: ContactMeans, hour: int, words: str) -> None:
    note = story.says(words)
    story.act(day, hour, "record_contact", story.cast.homeroom, means=means, reached=True, note=note)


def drop_out(story: Story, first: int, cause: Cause, *measures: tuple[str, str]) -> int:
    """The day after suspicion the principal confirms, names officers, sets the cause and plans; gives that day."""
    cast, day = story.cast, first + SUSPECTED_ON_MISSED_DAY
    evidence = story.says("dropout.evidence")
    story.act(day, 9, "confirm_dropout", cast.principal, evidence=evidence, last_attended_day=first - 1 or None)
    officers = {
        "county": COUNTY_LEADER,
        "township": cast.township_officer,
        "village": cast.village_cadre,
        "bureau": BUREAU_CLERK,
        "school": cast.principal,
        "class": cast.homeroom,
    }
    story.act(day, 10, "name_officers", cast.principal, officers=officers)
    age = {"under_16_at_work": True} if cause is Cause.LABOUR else {}
    note = story.says(f"cause.{cause}")
    story.act(day, 11, "record_cause", cast.principal, primary=cause, others=[], note=note, **age)
    planned = [{"kind": kind, "responsible": owner, "text": story.says(f"measure.{kind}")} for kind, owner in measures]
    story.act(day, 14, "make_plan", cast.principal, measures=planned)
    story.moves_to(day, "dropout")
    story.case, story.cause = "open", cause
    return day


def visit(story: Story, day: int, result: VisitResult, *, nth: int = 1, met: bool = True) -> None:
    cast = story.cast
    story.act(
        day,
        16,
        "record_visit",
        cast.homeroom,
        nth=nth,
        visitors=[cast.homeroom, cast.principal, cast.village_cadre],
        met_child=met,
        parents_words=story.says("parent"),
        childs_words=story.says("child" if met else "child.absent"),
        policy_explained=story.says("policy"),
        result=result,
        result_words=story.says(f"result.{result}"),
        next_step=story.says(_NEXT_STEPS[result]),
    )


def duty(story: Story, department: Department, day: int, finding: str, *, late: bool = False) -> None:
    """A department's duty that is answered on `day`; a late one becomes overdue and is escalated before."""
    kind = _DUTIES[department]
    answer = story.says(f"duty.{kind}.{finding}") + (story.says("duty.late") if late else "")
    asked = {"department": department, "kind": kind}
    if department in _BY_LETTER:
        letter = story.says("duty.letter")
        story.act(day, 15, "complete_duty", BUREAU_CLERK, **asked, finding=finding, answer=answer, letter=letter)
    else:
        offices = {Department.TOWNSHIP: story.cast.township_officer, Department.EDUCATION: BUREAU_CLERK}
        by = offices.get(department, office_login(department))
        story.act(day, 9, "acknowledge_duty", by, **asked)
        story.act(day, 15, "complete_duty", by, **asked, finding=finding, answer=answer)
    _expect_duty(story, department, kind, finding=finding, late=late, day=day)


def school_visited(story: Story, day: int) -> None:
    """The recorded visit of `day` is the school's answer to its duty: nobody writes it twice."""
    _expect_duty(story, Department.EDUCATION, DutyKind.SCHOOL_VISIT, finding="visited", day=day)


def _expect_duty(
    story: Story, department: Department, kind: DutyKind, *, finding: str | None = None, late: bool = False, day: int | None = None
) -> None:
    outcome = "assigned" if finding is None else "completed"
    asked = {"department": department, "kind": kind, "finding": finding, "outcome": outcome}
    story.duties.append({**asked, "overdue": late, "escalated": late, "answered_day": day})


def _end_protection(story: Story) -> None:
    """The standing duty to protect the returned child ends with the case, or with the next absence."""
    for expected in story.duties:
        if expected["kind"] is DutyKind.PROTECT_RETURNED:
            expected["outcome"] = "withdrawn"


def come_back(story: Story, day: int, follow_ups: tuple[int, ...] = FOLLOW_UP_SCHOOL_DAYS) -> None:
    """Agreed the day before, reminded that evening, confirmed by the school, followed up."""
    cast = story.cast
    evidence = story.says("return.evidence")
    story.act(day - 1, 17, "agree_return", cast.principal, return_day=day)
    story.act(day, 9, "confirm_return", cast.principal, placement=Placement.ORIGINAL_CLASS, evidence=evidence)
    for nth, after in enumerate(follow_ups, start=1):
        told = {area: story.says(f"follow.{area}") for area in ("study", "life", "psychology", "attendance")}
        story.act(day + after, 16, "record_follow_up", cast.homeroom, nth=nth, **told)
    story.case = "observed"
    _expect_duty(story, Department.PUBLIC_SECURITY, DutyKind.PROTECT_RETURNED)
    story.expect_texts("return_reminder", 1, 1)
    story.expect_texts("welcome_back", 1, 1)


def close(story: Story, day: int) -> None:
    """School proposes, township confirms, bureau approves: three people."""
    cast = story.cast
    evidence = story.says("closing.evidence")
    story.act(day, 9, "propose_closing", cast.principal, outcome=Outcome.RETURNED, evidence=evidence)
    story.act(day, 10, "confirm_closing", cast.township_officer, text=story.says("closing.confirmed"))
    story.act(day, 11, "approve_closing", BUREAU_LEAD, text=story.says("closing.approved"))
    _end_protection(story)
    story.moves_to(day, "school_age")
    story.case = "closed"


def aid(story: Story, signed: int) -> None:
    """The drafted application is signed, judged by the school's panel the next day, and reviewed after the notice."""
    cast, panel = story.cast, signed + 1
    story.act(signed, 11, "sign_application", cast.aid_officer, guardian="guardian_1", hardship_recognised_day=signed)
    members = [cast.principal, cast.homeroom, cast.tutor, cast.parent]
    words = story.says("panel.recommended")
    story.act(panel, 14, "decide_in_panel", cast.aid_officer, recommended=True, members=members, text=words)
    story.act(panel + NOTICE_SCHOOL_DAYS, 10, "review_application", BUREAU_CLERK, granted=True)
    story.aid = "granted"
    story.expect_texts("aid_approved", 1, 1)


# --- the stories ------------------------------------------------------------------------------------------------------


def hardship_returns(story: Story) -> None:
    cast, first, back = story.cast, story.chance.choice((1, 1, 2)), 9
    stay_away(story, first, back - 1)
    measures = ("aid", cast.aid_officer), ("livelihood_talk", cast.township_officer), ("donation_in_kind", cast.homeroom)
    drop_out(story, first, Cause.HARDSHIP, *measures)
    visit(story, back - 1, VisitResult.WILL_RETURN)
    duty(story, Department.TOWNSHIP, back, "will_return")
    status = [_STATUS_BY_GROUP[group] for group in cast.child.groups if group in _STATUS_BY_GROUP]
    duty(story, Department.RURAL_REVITALISATION, back + 2, status[0] if status else "neither")
    duty(story, Department.CIVIL_AFFAIRS, back + 3, "granted")
    aid(story, back)
    come_back(story, back)
    close(story, back + OBSERVATION_SCHOOL_DAYS + 1)


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
    visit(story, back - 1, VisitResult.WILL_RETURN, nth=2)
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
    _end_protection(story)
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
