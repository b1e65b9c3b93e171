"""Why no text goes to a guardian, and which of the reasons ask for a new number."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """Why no text goes."""

    NO_GUARDIAN = "no_guardian"
    NO_NUMBER = "no_number"
    DEAD_NUMBER = "dead_number"
    NOT_A_GUARDIAN = "not_a_guardian"
    NOT_PERMITTED = "not_permitted"
    TEMPLATE_NOT_APPROVED = "template_not_approved"
    DOES_NOT_FIT = "does_not_fit"
    GATEWAY_UNREACHABLE = "gateway_unreachable"
    GATEWAY_REFUSED = "gateway_refused"
    WRONG_NUMBER = "wrong_number"


NUMBER_TROUBLE = frozenset({Trouble.NO_NUMBER, Trouble.DEAD_NUMBER, Trouble.WRONG_NUMBER})
"""A new number is to be found."""
