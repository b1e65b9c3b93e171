import pytest

from services.identity.adapters.attempts import FailedLogins
from services.identity.domain.errors import TooManyAttempts
from services.identity.domain.policies import FAILED_LOGINS_ALLOWED, FAILED_LOGINS_WINDOW_SECONDS


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
