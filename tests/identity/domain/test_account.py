import pytest
from msgspec.structs import replace

from services.chassis.errors import NotPermitted
from services.contracts.codes import Role
from services.contracts.identity import AccountOpened, PasswordSet, SessionsEnded
from services.contracts.ids import AccountId, OfficerId
from services.identity.domain.account import ACCOUNT, OpenAccount, ResetPassword, SetPassword
from services.identity.domain.authority import Authority
from services.identity.domain.errors import LoginTaken, NeedsBureauLead, NoSuchAccount, PasswordTooWeak, WrongLoginOrPassword
from services.identity.domain.policies import PASSWORD_LEAST_CHARACTERS
from tests.scenario import NOW, scenario

ID = AccountId("account-1")
opened = AccountOpened(account_id=ID, officer_id=OfficerId("officer-1"), login="principal.1")
ended = SessionsEnded(officer_id=OfficerId("officer-1"), ended_at=NOW)

ADMIN, LEAD, LEADER = Role.ACCOUNT_ADMIN, Role.BUREAU_LEAD, Role.COUNTY_LEADER


def by(*roles: Role, ever_led: bool = True) -> Authority:
    return Authority(frozenset(roles), bureau_ever_led=ever_led)


reset = ResetPassword(account_id=ID, county_roles=frozenset({Role.BUREAU_CLERK}), setting_up=False, authority=by(ADMIN), set_at=NOW)


def a_password(*, checked_version: int) -> SetPassword:
    """Just long enough."""
    characters = PASSWORD_LEAST_CHARACTERS
    return SetPassword(account_id=ID, checked_version=checked_version, characters=characters, is_login_name=False, set_at=NOW)


def open_it(*, free: bool = True) -> OpenAccount:
    return OpenAccount(account_id=ID, officer_id=OfficerId("officer-1"), login="principal.1", login_free=free)


def test_an_account_is_opened_once() -> None:
    scenario(ACCOUNT, when=[open_it(), open_it()], then=[opened])


def test_a_login_name_has_one_holder() -> None:
    scenario(ACCOUNT, when=open_it(free=False), then=LoginTaken)


def test_each_password_is_a_new_version() -> None:
    long_enough = SetPassword(
        account_id=ID, checked_version=0, characters=PASSWORD_LEAST_CHARACTERS, is_login_name=False, set_at=NOW
    )
    scenario(
        ACCOUNT,
        given=[opened],
        when=[long_enough, replace(long_enough, checked_version=1)],
        then=[PasswordSet(account_id=ID, credential_version=1), PasswordSet(account_id=ID, credential_version=2), ended],
    )


def test_a_checked_password_is_good_for_one_change() -> None:
    change = a_password(checked_version=1)
    given = [opened, PasswordSet(account_id=ID, credential_version=1)]
    state = scenario(ACCOUNT, given=given, when=change, then=[PasswordSet(account_id=ID, credential_version=2), ended])
    assert state.credential_version != change.checked_version
    changed = [*given, PasswordSet(account_id=ID, credential_version=2)]
    scenario(ACCOUNT, given=changed, when=change, then=WrongLoginOrPassword)


def test_a_short_password_is_refused() -> None:
    short = SetPassword(account_id=ID, checked_version=0, characters=PASSWORD_LEAST_CHARACTERS - 1, is_login_name=False, set_at=NOW)
    scenario(ACCOUNT, given=[opened], when=short, then=PasswordTooWeak)


def test_the_login_name_is_no_password() -> None:
    same = SetPassword(account_id=ID, checked_version=0, characters=PASSWORD_LEAST_CHARACTERS, is_login_name=True, set_at=NOW)
    scenario(ACCOUNT, given=[opened], when=same, then=PasswordTooWeak)


def test_there_is_no_password_without_an_account() -> None:
    scenario(
        ACCOUNT,
        when=SetPassword(account_id=ID, checked_version=0, characters=20, is_login_name=False, set_at=NOW),
        then=NoSuchAccount,
    )


def test_only_the_bureaus_lead_takes_over_the_account_of_a_reader_of_the_county() -> None:
    scenario(ACCOUNT, given=[opened], when=reset, then=NeedsBureauLead)


@pytest.mark.parametrize(
    "allowed",
    [
        {"authority": by(LEAD)},
        {"authority": by(ADMIN, ever_led=False)},
        {"county_roles": frozenset()},
        {"setting_up": True},
        {"authority": by(LEADER), "county_roles": frozenset({LEAD})},
    ],
    ids=["by the lead", "never led", "of a school", "the county is being set up", "the lead's own, by the county leader"],
)
def test_another_reset_is_a_new_version_each_time(allowed: dict[str, object]) -> None:
    command = replace(reset, **allowed)
    versions = [PasswordSet(account_id=ID, credential_version=version) for version in (1, 2)]
    scenario(ACCOUNT, given=[opened], when=[command, command], then=[*versions, ended])


def test_the_county_leader_resets_the_lead_and_nobody_else() -> None:
    scenario(ACCOUNT, given=[opened], when=replace(reset, authority=by(LEADER)), then=NeedsBureauLead)
    scenario(ACCOUNT, given=[opened], when=replace(reset, authority=by(LEADER), county_roles=frozenset()), then=NotPermitted)


def test_there_is_no_reset_without_an_account() -> None:
    scenario(ACCOUNT, when=reset, then=NoSuchAccount)


def test_the_first_password_ends_no_session_and_each_later_one_those_before_it() -> None:
    first, second = (PasswordSet(account_id=ID, credential_version=version) for version in (1, 2))
    scenario(ACCOUNT, given=[opened], when=replace(reset, authority=by(LEAD)), then=[first])
    scenario(ACCOUNT, given=[opened, first], when=replace(reset, authority=by(LEAD)), then=[second, ended])
    scenario(ACCOUNT, given=[opened, first], when=a_password(checked_version=1), then=[second, ended])
