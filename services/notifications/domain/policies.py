"""The numbers of texting, each with its source."""

from __future__ import annotations

from services.chassis.decider import Policy, Term, at_time, minutes

CONFIRMATION_WAIT: Policy[Term] = Policy(
    "notifications.absence.confirmation_wait",
    default=minutes(30),
    source="domain.md §2: the guardian's text waits for the teacher's confirmation or 30 minutes",
)

OPENS: Policy[Term] = Policy("notifications.hours.opens", default=at_time(8), source="domain.md §8: only 08:00–21:00")

CLOSES: Policy[Term] = Policy("notifications.hours.closes", default=at_time(21), source="domain.md §8: only 08:00–21:00")

URGENT_OPENS: Policy[Term] = Policy(
    "notifications.hours.urgent_opens",
    default=at_time(6),
    source="local: the exception of domain.md §8 for same-day absence; boarders' morning study begins at half past six",
)

URGENT_CLOSES: Policy[Term] = Policy(
    "notifications.hours.urgent_closes",
    default=at_time(23),
    source="local: the exception of domain.md §8 for same-day absence; the dormitory's roll is called until half past nine",
)

REMINDER_AT: Policy[Term] = Policy(
    "notifications.return_reminder.at",
    default=at_time(19),
    source="local: domain.md §8 says the evening before; at seven most households are at home",
)

GUARDIANS_TEXTED: Policy[int] = Policy(
    "notifications.guardians_texted",
    default=1,
    unit="guardians of a child, the actual carer first",
    source="local: least data (domain.md §11) and no doubles in one household; a county may text both parents",
)

LONGEST_VARIABLE: Policy[int] = Policy(
    "notifications.longest_variable", default=20, unit="characters", source="domain.md §8: variables of 20 characters"
)

LONGEST_TEXT: Policy[int] = Policy(
    "notifications.longest_text", default=500, unit="UCS-2 characters, signature included", source="domain.md §8: at most 500"
)
