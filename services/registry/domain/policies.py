"""The registry's numbers: each a policy that the county may set, with the source of its default."""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.decider import Policy, Term, at_time, days, return_day_at, school_day_at, term_days, working_days
from services.contracts.codes import SchoolKind, Session

DAY_CLOSES = Policy("registry.absence.day_closes", default=at_time(18), source="domain.md §2: end of the school day, local")
"""When a school day is over: a child still missing then has missed it."""

CONTACT_DUE_AFTER = Policy(
    "registry.absence.contact_due_after", default=1, unit="school days missed", source="domain.md §2: contact or home visit"
)

VISIT_DUE_AFTER = Policy(
    "registry.absence.visit_due_after", default=3, unit="school days missed", source="domain.md §2: visit by the principal's team"
)

REPORT_DUE_AFTER = Policy(
    "registry.absence.report_due_after",
    default=3,
    unit="school days missed",
    source="domain.md §2: written report to bureau and township",
)

SUSPECTED_BEYOND = Policy(
    "registry.absence.suspected_beyond",
    default=5,
    unit="school days missed",
    source="domain.md §2: more than 5 school days (one week)",
)

SUSPICION_TERM = Policy(
    "registry.suspicion.term", default=term_days(30), source="domain.md §2: suspected for one month, vacation pauses it"
)

REGISTRATION_OPENS = Policy(
    "registry.registration.opens", default=school_day_at(1, 18), source="domain.md §2: end of the term's first school day, local"
)
"""When a class knows who has not come on its first school day of a term."""

REGISTRATION_WINDOW = Policy(
    "registry.registration.window", default=school_day_at(3, 18), source="domain.md §2: registration window of the term"
)
"""How long a child may come and register; its first day is the first that counts."""

TRANSFER_TERM = Policy(
    "registry.transfer.term", default=working_days(20), source="local: ten working days for each side of a transfer of roll"
)
"""How long a transfer may be in flight."""

SCHOOL_AGE_UNTIL = Policy(
    "registry.school_age.until",
    default=16,
    unit="years of age",
    source="domain.md §2: until nine years are completed or the upper age, local",
)
"""From which birthday on a child is of school age no longer."""

AGE_REVIEW = Policy(
    "registry.school_age.review", default=days(30), source="local: monthly, so that no event tells a birthday (domain.md §11)"
)
"""How often the ages of a school's children are looked over."""

ROLL_CALL_LATE_DAYS = Policy(
    "registry.roll_call.late_days", default=5, unit="school days", source="domain.md §2: paper lists come later, local"
)
"""On which school day after its own a list may still be entered: the last before a holiday comes on the first after it."""

ROLL_CALL_CORRECTION_DAYS = Policy(
    "registry.roll_call.correction_days", default=30, unit="calendar days", source="local: one month, as the suspicion's term"
)
"""How many days after its day a list may still be corrected."""

REVEALED_A_DAY = Policy(
    "registry.reveal.people_a_day",
    default=300,
    unit="people",
    source="domain.md §11: bulk reveal needs approval case by case; local: a large class with its guardians, half as many again",
)
"""Children and guardians whom one officer may see unmasked in a day, each counted once."""

ROLL_CALL_DUE: Mapping[Session, Policy[Term]] = {
    Session.MORNING: Policy(
        "registry.roll_call.morning_due", default=school_day_at(1, 10, 30), source="domain.md §2: a silent class, local"
    ),
    Session.AFTERNOON: Policy(
        "registry.roll_call.afternoon_due", default=school_day_at(1, 16), source="domain.md §2: a silent class, local"
    ),
    Session.DORMITORY: Policy(
        "registry.roll_call.dormitory_due", default=school_day_at(1, 22, 30), source="domain.md §2: a silent class, local"
    ),
    Session.RETURN_DAY: Policy(
        "registry.roll_call.return_day_due", default=return_day_at(1, 20), source="domain.md §2: return day of boarders, local"
    ),
}
"""By when a class is expected to have sent its list, from the school day (or return day) before."""

LAST_GRADE: Mapping[SchoolKind, int] = {
    SchoolKind.PRIMARY: 6,
    SchoolKind.TEACHING_POINT: 6,
    SchoolKind.JUNIOR: 9,
    SchoolKind.NINE_YEAR: 9,
}
"""The grade after which a class leaves its school (compulsory education has nine years: six and three)."""

YEARS_OF_SCHOOLING = 9
"""Compulsory education ends with the ninth grade (Compulsory Education Law, art. 2)."""

PUPILS_OF_A_CLASS_AT_MOST = 200
"""Children that one list may name; classes have up to 66 (大班额 begins at 56), the dormitory's list may be of a whole house."""
