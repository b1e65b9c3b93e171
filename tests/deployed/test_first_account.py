"""The first account: its code is spent once, by the bureau; until then the doctor warns, afterwards nothing needs it."""

from __future__ import annotations

import pytest

from services.assembly import MIGRATIONS
from services.chassis.envelope import Context
from services.chassis.errors import Misconfigured
from services.deployed.bootstrap.first_account import open_where_none_is
from services.deployed.composition import compose
from services.deployed.doctor import State
from services.deployed.doctor.first_account import code_unspent
from services.deployed.servers import ServiceDatabase
from services.deployed.settings import ServiceSettings
from services.identity.adapters.accounts import FIRST_LOGIN, chosen, set_password
from services.identity.queries import credential
from tests.deployed.databases import settings_of
from tests.deployed.told import pem, told
from tests.postgres import PostgresServer

CODE = "invented-one-time-code"


@pytest.fixture
def identity(postgres: PostgresServer) -> ServiceSettings:
    return told("identity", settings_of(postgres.database(MIGRATIONS["identity"])), token_key=pem())


def warned(identity: ServiceSettings) -> list[str]:
    found = list(code_unspent([ServiceDatabase("identity", identity.database, identity.database)]))
    assert {finding.state for finding in found} <= {State.WARNING}
    return [finding.subject for finding in found]


def choose_a_password(identity: ServiceSettings) -> None:
    composed = compose(identity)
    try:
        found = credential(composed.service.engine, FIRST_LOGIN)
        assert found is not None
        with_password, context = chosen("an invented long password"), Context(actor=found.officer_id)
        composed.service.turns.run(
            lambda turn: set_password(turn, found.account_id, with_password, context, checked_version=found.version)
        )
    finally:
        composed.close()


def test_the_doctor_warns_until_somebody_has_chosen_a_password_with_the_code(identity: ServiceSettings) -> None:
    assert warned(identity) == [], "there is no account yet"
    assert open_where_none_is(identity, lambda: CODE)
    assert warned(identity) == ["account first-account"]
    choose_a_password(identity)
    assert warned(identity) == []


def test_once_the_account_is_open_its_code_may_be_gone(identity: ServiceSettings) -> None:
    def gone() -> str:
        raise Misconfigured("the code is gone")

    with pytest.raises(Misconfigured, match="is gone"):
        open_where_none_is(identity, gone)
    assert open_where_none_is(identity, lambda: CODE)
    assert not open_where_none_is(identity, gone)


def test_of_a_database_that_does_not_answer_it_says_nothing(identity: ServiceSettings) -> None:
    nobody = settings_of("postgresql://nobody:invented@127.0.0.1:1/nothing")
    assert list(code_unspent([ServiceDatabase("identity", nobody, nobody)])) == []
