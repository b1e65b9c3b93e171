import pytest

from services.identity.adapters import attempts as attempts_page
from services.identity.adapters.attempts import FailedLogins
from services.identity.domain.errors import TooManyAttempts
from services.identity.domain.policies import (
    FAILED_LOGINS_ALLOWED,
    FAILED_LOGINS_WINDOW_SECONDS,
    FAILURES_OF_AN_ADDRESS_ALLOWED,
    FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS,
)


class StandingSeconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tried_out(seconds: StandingSeconds) -> FailedLogins:
    """As many attempts as are allowed, none of which has been answered yet."""
    attempts = FailedLogins(seconds)
    for _ in range(FAILED_LOGINS_ALLOWED):
        attempts.attempt("lead", "10.0.0.1")
    return attempts


def test_attempts_count_before_their_passwords_have_been_checked() -> None:
    with pytest.raises(TooManyAttempts):
        tried_out(StandingSeconds()).attempt("lead", "10.0.0.1")


def test_the_refusal_says_when_there_is_room_again_and_then_there_is() -> None:
    seconds = StandingSeconds()
    attempts = tried_out(seconds)
    seconds.now = 60.5
    with pytest.raises(TooManyAttempts) as refusal:
        attempts.attempt("lead", "10.0.0.1")
    seconds.now += refusal.value.facts["seconds"]
    assert seconds.now == pytest.approx(FAILED_LOGINS_WINDOW_SECONDS, abs=1)
    attempts.attempt("lead", "10.0.0.1")


def test_a_stranger_elsewhere_does_not_close_the_account() -> None:
    attempts = tried_out(StandingSeconds())
    attempts.attempt("lead", "10.0.0.2")
    with pytest.raises(TooManyAttempts):
        attempts.attempt("lead", "10.0.0.1")


def test_who_succeeds_has_all_attempts_again() -> None:
    attempts = tried_out(StandingSeconds())
    attempts.succeeded("lead", "10.0.0.1")
    for _ in range(FAILED_LOGINS_ALLOWED):
        attempts.attempt("lead", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        attempts.attempt("lead", "10.0.0.1")


def test_who_tries_one_password_on_every_name_is_stopped_at_the_address() -> None:
    seconds = StandingSeconds()
    attempts = FailedLogins(seconds)
    for name in range(FAILURES_OF_AN_ADDRESS_ALLOWED):
        attempts.attempt(f"officer-{name}", "10.0.0.1")
    with pytest.raises(TooManyAttempts) as refusal:
        attempts.attempt("another", "10.0.0.1")
    assert refusal.value.facts["seconds"] == FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS
    attempts.attempt("another", "10.0.0.2")
    seconds.now = FAILURES_OF_AN_ADDRESS_WINDOW_SECONDS
    attempts.attempt("another", "10.0.0.1")


def test_an_office_behind_one_address_logs_in_as_often_as_it_likes() -> None:
    attempts = FailedLogins(StandingSeconds())
    for name in range(FAILURES_OF_AN_ADDRESS_ALLOWED * 2):
        attempts.attempt(f"officer-{name}", "10.0.0.1")
        attempts.succeeded(f"officer-{name}", "10.0.0.1")


def test_one_own_password_does_not_clear_the_guesses_at_others() -> None:
    attempts = FailedLogins(StandingSeconds())
    for name in range(FAILURES_OF_AN_ADDRESS_ALLOWED - 1):
        attempts.attempt(f"officer-{name}", "10.0.0.1")
        attempts.attempt("own", "10.0.0.1")
        attempts.succeeded("own", "10.0.0.1")
    attempts.attempt("another", "10.0.0.1")
    with pytest.raises(TooManyAttempts):
        attempts.attempt("own", "10.0.0.1")


def test_a_flood_of_new_names_frees_nobody_who_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts_page, "NAMES_HELD", 5)
    attempts = tried_out(StandingSeconds())
    for name in range(50):
        attempts.attempt(f"officer-{name}", f"10.0.1.{name}")
    with pytest.raises(TooManyAttempts):
        attempts.attempt("lead", "10.0.0.1")
