from msgspec.structs import replace

from services.chassis.errors import NotPermitted
from services.contracts.codes import Role
from services.contracts.identity import ClientOpened, ClientSecretIssued, ClientSecretWithdrawn, SessionsEnded
from services.contracts.ids import BodyId, ClientId, OfficerId
from services.identity.domain.authority import Authority
from services.identity.domain.client import CLIENT, IssueSecret, OpenClient, WithdrawSecret
from services.identity.domain.errors import ClientIdTaken, NoSuchClient, NoSuchSecret, TwoSecretsInForce
from tests.scenario import NOW, scenario

ID = ClientId("department.public_security.990126.desk")
ADMIN, CLERK = Authority(frozenset({Role.ACCOUNT_ADMIN})), Authority(frozenset({Role.BUREAU_CLERK}))
opened = ClientOpened(client_id=ID, officer_id=OfficerId("system-1"), body_id=BodyId("police"))
open_it = OpenClient(client_id=ID, officer_id=OfficerId("system-1"), body_id=BodyId("police"), name="desk")
ended = SessionsEnded(officer_id=OfficerId("system-1"), ended_at=NOW)
issue = IssueSecret(client_id=ID, authority=ADMIN)


def issued(version: int) -> ClientSecretIssued:
    return ClientSecretIssued(client_id=ID, secret_version=version)


def withdraw(version: int, by: Authority = ADMIN) -> WithdrawSecret:
    return WithdrawSecret(client_id=ID, secret_version=version, authority=by, withdrawn_at=NOW)


def withdrawn(version: int) -> ClientSecretWithdrawn:
    return ClientSecretWithdrawn(client_id=ID, secret_version=version)


def test_a_system_is_let_in_once() -> None:
    scenario(CLIENT, when=[open_it, open_it], then=[opened])


def test_a_name_of_another_body_of_the_same_department_is_taken() -> None:
    scenario(CLIENT, given=[opened], when=replace(open_it, body_id=BodyId("police-2")), then=ClientIdTaken)


def test_the_secret_before_stays_in_force_until_it_is_withdrawn() -> None:
    state = scenario(CLIENT, given=[opened], when=[issue, issue], then=[issued(1), issued(2)])
    assert state.in_force == (1, 2)
    after = scenario(CLIENT, given=[opened, issued(1), issued(2)], when=[withdraw(1), withdraw(1)], then=[withdrawn(1), ended])
    assert after.in_force == (2,)


def test_there_are_never_three_secrets_in_force() -> None:
    scenario(CLIENT, given=[opened, issued(1), issued(2)], when=issue, then=TwoSecretsInForce)


def test_a_version_is_not_used_again() -> None:
    scenario(CLIENT, given=[opened, issued(1), withdrawn(1)], when=issue, then=[issued(2)])


def test_a_secret_that_never_was_cannot_be_withdrawn() -> None:
    scenario(CLIENT, given=[opened, issued(1)], when=withdraw(2), then=NoSuchSecret)


def test_a_system_that_was_not_let_in_has_no_secret() -> None:
    scenario(CLIENT, when=issue, then=NoSuchClient)


def test_who_may_not_appoint_a_departments_officer_issues_and_withdraws_nothing() -> None:
    scenario(CLIENT, given=[opened], when=IssueSecret(client_id=ID, authority=CLERK), then=NotPermitted)
    scenario(CLIENT, given=[opened, issued(1)], when=withdraw(1, CLERK), then=NotPermitted)
