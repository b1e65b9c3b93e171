"""What the head of a school does about a child that has missed three school days: reports, and goes there with a team."""

from services.contracts.codes import VisitResult
from services.demo.county.story import Story

DUE_AFTER_MISSED_DAYS = 3  # domain.md section 2: visit by the principal's team, written report to bureau and township


def report_and_go(story: Story, missing_since: int, *, has_case: bool) -> None:
    """Both on the school day after they fell due; where there is a case since, the visit is recorded there when it is made."""
    cast, day = story.cast, missing_since + DUE_AFTER_MISSED_DAYS
    story.act(day, 10, "write_report", cast.principal, text=story.says("report"))
    story.alarms |= {"report_due": 1, "visit_due": 1}
    if not has_case:
        visitors = [cast.principal, cast.homeroom]
        told = {"result": VisitResult.UNDECIDED, "met_child": False, "words": story.says("school_visit")}
        story.act(day, 15, "record_school_visit", cast.principal, visitors=visitors, **told)
