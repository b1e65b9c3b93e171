"""Phases that the serious stories share: away, suspected, dropped out, visited, asked for by departments, back, closed.

Every rule that a phase counts on is a default of domain.md; truth.py says in which form acts are written down.
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
from services.demo.county.officers import BUREAU_CLERK, BUREAU_LEAD, office_login
from services.demo.county.owed import DUE_AFTER_MISSED_DAYS, report_and_go
from services.demo.county.story import LAST_PLAYED_DAY, Story

SUSPECTED_ON_MISSED_DAY = 6  # domain.md section 2: more than 5 school days
REGISTRATION_CLOSES_ON = 3  # section 2: a child that has not come by the third school day of the term
OBSERVATION_SCHOOL_DAYS = 20  # section 6
FOLLOW_UP_SCHOOL_DAYS = (5, 10, 20)  # section 6: weeks 1, 2 and 4 after return

DUTIES = {
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


def visit(story: Story, day: int, result: VisitResult, *, nth: int = 1, met: bool = True, along: tuple[str, ...] = ()) -> None:
    """The homeroom teacher, the head of the school and the village's cadre go there, and whoever goes along."""
    cast = story.cast
    story.act(
        day,
        16,
        "record_visit",
        cast.homeroom,
        nth=nth,
        visitors=[cast.homeroom, cast.principal, cast.village_cadre, *along],
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
    kind = DUTIES[department]
    answer = story.says(f"duty.{kind}.{finding}") + (story.says("duty.late") if late else "")
    asked = {"department": department, "kind": kind}
    if department in _BY_LETTER:
        letter = story.says("duty.letter")
        story.act(day, 15, "complete_duty", BUREAU_CLERK, **asked, finding=finding, answer=answer, letter=letter)
    else:
        by = officer_of(story, department)
        story.act(day, 9, "acknowledge_duty", by, **asked)
        story.act(day, 15, "complete_duty", by, **asked, finding=finding, answer=answer)
    expect_duty(story, department, kind, finding=finding, late=late, day=day)


def household_status(story: Story) -> str:
    """What rural revitalisation's system says of the household."""
    status = [_STATUS_BY_GROUP[group] for group in story.cast.child.groups if group in _STATUS_BY_GROUP]
    return status[0] if status else "neither"


def officer_of(story: Story, department: Department) -> str:
    """Who answers for a department that is online."""
    offices = {Department.TOWNSHIP: story.cast.township_officer, Department.EDUCATION: BUREAU_CLERK}
    return offices.get(department, office_login(department))


def school_visited(story: Story, day: int) -> None:
    """The recorded visit of `day` is the school's answer to its duty: nobody writes it twice."""
    expect_duty(story, Department.EDUCATION, DutyKind.SCHOOL_VISIT, finding="visited", day=day)


def expect_duty(
    story: Story,
    department: Department,
    kind: DutyKind,
    *,
    finding: str | None = None,
    late: bool = False,
    day: int | None = None,
    outcome: str = "",
) -> None:
    """What becomes of a duty: what is found on `day`, or `outcome` where it is not answered so."""
    outcome = outcome or ("assigned" if finding is None else "completed")
    asked = {"department": department, "kind": kind, "finding": finding, "outcome": outcome}
    story.duties.append({**asked, "overdue": late, "escalated": late, "answered_day": day})


def end_protection(story: Story) -> None:
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
    expect_duty(story, Department.PUBLIC_SECURITY, DutyKind.PROTECT_RETURNED)
    story.expect_texts("return_reminder", 1, 1)
    story.expect_texts("welcome_back", 1, 1)


def close(story: Story, day: int, substitute: str | None = None) -> None:
    """School (or the principal's substitute) proposes, township confirms, bureau approves: three people."""
    propose_closing(story, day, substitute)
    confirm_closing(story, day)
    story.act(day, 11, "approve_closing", BUREAU_LEAD, text=story.says("closing.approved"))
    end_protection(story)
    story.moves_to(day, "school_age")
    story.case = "closed"


def propose_closing(story: Story, day: int, substitute: str | None = None) -> None:
    evidence, principal = story.says("closing.evidence"), story.cast.principal
    for_whom = {} if substitute is None else {"on_behalf_of": principal}
    story.act(day, 9, "propose_closing", substitute or principal, outcome=Outcome.RETURNED, evidence=evidence, **for_whom)
    story.takes_turn(day, "ClosingProposed")


def confirm_closing(story: Story, day: int) -> None:
    story.act(day, 10, "confirm_closing", story.cast.township_officer, text=story.says("closing.confirmed"))
