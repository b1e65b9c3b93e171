from datetime import date
from functools import partial

import pytest

from services.chassis.county import DayKind
from services.chassis.envelope import Context
from services.contracts.ids import OfficerId, officer_id
from services.identity.adapters.accounts import FIRST_LOGIN, account_id_of, chosen, open_account, set_password
from services.identity.domain.county import PublishCalendar
from services.identity.domain.errors import LoginTaken, WrongLoginOrPassword
from services.identity.queries import credential
from tests.identity.conftest import Office
from tests.neighbours import COUNTY

CONTEXT = Context(actor="officer-1")


def test_two_officers_of_one_list_cannot_share_a_login_name(office: Office) -> None:
    def both(turn: object) -> None:
        open_account(turn, OfficerId("a"), "same", CONTEXT)  # type: ignore[arg-type]  # the turn of `run`
        open_account(turn, OfficerId("b"), "same", CONTEXT)  # type: ignore[arg-type]  # the turn of `run`

    with pytest.raises(LoginTaken):
        office.service.turns.run(both)


def test_a_changed_login_name_keeps_its_password(office: Office) -> None:
    secret = chosen("a longer password")
    turns = office.service.turns
    account = turns.run(lambda turn: open_account(turn, OfficerId("a"), "old name", CONTEXT))
    turns.run(lambda turn: set_password(turn, account, secret, CONTEXT, checked_version=0))
    turns.run(lambda turn: open_account(turn, OfficerId("a"), "new name", CONTEXT))
    office.login("new name", "a longer password")


def test_of_two_changes_that_were_checked_at_once_one_holds(office: Office) -> None:
    turns = office.service.turns
    account = account_id_of(officer_id(FIRST_LOGIN))
    checked = credential(office.service.engine, FIRST_LOGIN)
    assert checked is not None
    change = partial(set_password, account=account, context=CONTEXT, checked_version=checked.version)
    turns.run(partial(change, secret=chosen("the owner's password")))
    with pytest.raises(WrongLoginOrPassword):
        turns.run(partial(change, secret=chosen("a thief's password")))
    office.login(FIRST_LOGIN, "the owner's password")


def test_the_edition_published_later_holds_whatever_its_name(office: Office) -> None:
    day = date(2026, 9, 12)
    for edition, kind in (("〔2026〕9号", DayKind.OFF), ("〔2026〕10号", DayKind.SCHOOL)):
        command = PublishCalendar(county=COUNTY, calendar_id="schools", edition=edition, days={day: kind})
        office.service.execute(command, CONTEXT)
    assert office.service.turns.county.calendars.kind("schools", day) == (DayKind.SCHOOL, False)
