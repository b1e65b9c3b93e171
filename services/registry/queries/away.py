"""Who is not at school, and since when: one meaning for the ledgers, the lists of a class and the return days."""

from __future__ import annotations

import sqlalchemy as sa

from services.contracts.codes import Ledger
from services.registry.storage.tables import PUPILS

_LOST_AGAIN = sa.and_(PUPILS.c.ledger == Ledger.DROPOUT, PUPILS.c.lost_on.is_not(None))
_NEVER_BACK = sa.and_(PUPILS.c.ledger == Ledger.DROPOUT, PUPILS.c.returned_on.is_(None))

DROPPED_OUT = sa.or_(_NEVER_BACK, _LOST_AGAIN)
"""In the ledger of dropouts, and either not back or lost again after a return."""

_BY_THE_LEDGER = sa.case(
    (_LOST_AGAIN, PUPILS.c.lost_on),
    (sa.or_(_NEVER_BACK, PUPILS.c.ledger == Ledger.SUSPECTED), sa.func.coalesce(PUPILS.c.suspected_on, PUPILS.c.ledger_since)),
)
"""The suspicion, not the day of the ledger: that is set anew when the suspected child has dropped out."""

AWAY_SINCE: sa.ColumnElement[str | None] = sa.case(
    (PUPILS.c.missing_since < _BY_THE_LEDGER, PUPILS.c.missing_since),
    else_=sa.func.coalesce(_BY_THE_LEDGER, PUPILS.c.missing_since),
)
"""The first day on which the child is known to be away, null at school: a child that never came may be missed later by a list."""
