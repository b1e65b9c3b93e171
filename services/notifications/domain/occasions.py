"""On what occasions parents are texted, and what each such text waits for (domain.md §8)."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from services.contracts.ids import TemplateCode
from services.contracts.notifications import WaitsFor

ABSENCE_QUERY = TemplateCode("absence_query")
RETURN_REMINDER = TemplateCode("return_reminder")
AID_APPROVED = TemplateCode("aid_approved")
WELCOME_BACK = TemplateCode("welcome_back")


class Occasion(msgspec.Struct, frozen=True):
    """How a text waits; `urgent` ones may go in the wider hours.

    `last_day_before` is how many days before the day that the text speaks of it may still go; without, it does not grow stale.
    """

    waits_for: WaitsFor = "nothing"
    urgent: bool = False
    last_day_before: int | None = None

    def last_day(self, day: date | None) -> date | None:
        """The last day on which the text still makes sense."""
        if day is None or self.last_day_before is None:
            return None
        return day - timedelta(days=self.last_day_before)


OCCASIONS: dict[TemplateCode, Occasion] = {
    ABSENCE_QUERY: Occasion(waits_for="confirmation", urgent=True, last_day_before=0),
    RETURN_REMINDER: Occasion(waits_for="evening_before", last_day_before=1),
    AID_APPROVED: Occasion(),
    WELCOME_BACK: Occasion(),
}
