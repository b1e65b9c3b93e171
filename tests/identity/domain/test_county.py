from datetime import date

import pytest

from services.chassis.county import ALL_SCHOOLS, GOVERNMENT, DayKind
from services.chassis.decider import Term, Unit, working_days
from services.contracts.identity import CalendarPublished, PolicySet
from services.contracts.policy_codes import CLOCK, COUNT, DAYS, POLICY_FORMS
from services.identity.domain.county import COUNTY, PublishCalendar, SetPolicy
from services.identity.domain.errors import CalendarEmpty, DayKindNotOfCalendar, PolicyNotInForm, UnknownPolicy
from tests.scenario import scenario

DAY = date(2026, 9, 1)
A_TERM = next(code for code, form in POLICY_FORMS.items() if form is DAYS)
A_NUMBER = next(code for code, form in POLICY_FORMS.items() if form is COUNT)
A_TIME = next(code for code, form in POLICY_FORMS.items() if form is CLOCK)


def publish(calendar: str, kind: DayKind, edition: str = "2026") -> PublishCalendar:
    return PublishCalendar(county="570126", calendar_id=calendar, edition=edition, days={DAY: kind})


def set_policy(code: str, value: int | Term) -> SetPolicy:
    return SetPolicy(county="570126", code=code, value=value, source="county plan 2026")


def test_a_calendar_is_published_once_per_content() -> None:
    published = CalendarPublished(calendar_id=ALL_SCHOOLS, edition="2026", days={DAY: DayKind.SCHOOL})
    command = publish(ALL_SCHOOLS, DayKind.SCHOOL)
    scenario(COUNTY, when=[command, command], then=[published])


def test_a_correction_of_an_edition_is_published() -> None:
    first = CalendarPublished(calendar_id=ALL_SCHOOLS, edition="2026", days={DAY: DayKind.SCHOOL})
    corrected = CalendarPublished(calendar_id=ALL_SCHOOLS, edition="2026", days={DAY: DayKind.OFF})
    scenario(COUNTY, given=[first], when=publish(ALL_SCHOOLS, DayKind.OFF), then=[corrected])


@pytest.mark.parametrize(("calendar", "kind"), [(GOVERNMENT, DayKind.SCHOOL), (ALL_SCHOOLS, DayKind.WORK)])
def test_government_days_and_school_days_are_not_mixed(calendar: str, kind: DayKind) -> None:
    scenario(COUNTY, when=publish(calendar, kind), then=DayKindNotOfCalendar)


def test_a_calendar_without_days_is_refused() -> None:
    empty = PublishCalendar(county="570126", calendar_id=GOVERNMENT, edition="2026", days={})
    scenario(COUNTY, when=empty, then=CalendarEmpty)


def test_a_policy_is_set_with_its_source() -> None:
    value = working_days(5)
    event = PolicySet(code=A_TERM, value=value, source="county plan 2026")
    scenario(COUNTY, when=[set_policy(A_TERM, value), set_policy(A_TERM, value)], then=[event])


def test_an_unknown_policy_is_refused() -> None:
    scenario(COUNTY, when=set_policy("duty.no_such_thing", 3), then=UnknownPolicy)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (A_TERM, 3),
        (A_NUMBER, working_days(3)),
        (A_NUMBER, -1),
        ("registry.absence.contact_due_after", 0),
        ("registry.absence.visit_due_after", 0),
        ("case.hard.failed_visits", 0),
        ("aid.panel.members", 1),
        ("notifications.guardians_texted", 0),
        ("notifications.longest_variable", 0),
        ("notifications.longest_text", 69),
        (A_NUMBER, 10**9),
        (A_TERM, Term(0, Unit.DAYS)),
        (A_TERM, Term(3650, Unit.SCHOOL_DAYS)),
        (A_TERM, Term(0, Unit.MINUTES)),
        (A_TERM, Term(3, Unit.WORKING_DAYS, at=5000)),
        (A_TIME, Term(3650, Unit.TIME_OF_DAY)),
        (A_TIME, working_days(3)),
    ],
)
def test_a_policy_of_the_wrong_form_is_refused(code: str, value: int | Term) -> None:
    scenario(COUNTY, when=set_policy(code, value), then=PolicyNotInForm)
