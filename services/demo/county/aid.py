"""Phases of aid that several stories share: the household signs, the school's panel sits, a notice hangs, the bureau decides."""

from services.demo.county.officers import BUREAU_CLERK
from services.demo.county.story import Story

NOTICE_SCHOOL_DAYS = 7  # longer than the five working days of the public notice, domain.md section 7
NOT_IN_HARDSHIP = "not_in_hardship"
OBJECTION_UPHELD = "objection_upheld"


def sign(story: Story, day: int) -> None:
    """The guardian comes to the school: the aid officer takes the signature on what the plan has drafted."""
    story.act(day, 11, "sign_application", story.cast.aid_officer, guardian="guardian_1", hardship_recognised_day=day)


def recommend(story: Story, day: int) -> int:
    """The panel recommends, and the notice hangs; gives the day on which the bureau can decide."""
    _sit(story, day, {"recommended": True}, "panel.recommended")
    story.takes_turn(day, "PanelDecided", "true")
    return day + NOTICE_SCHOOL_DAYS


def refuse_in_panel(story: Story, day: int) -> None:
    """The panel finds no hardship: the application ends there."""
    _sit(story, day, {"recommended": False, "reason": NOT_IN_HARDSHIP}, "panel.not_recommended")
    story.takes_turn(day, "PanelDecided", "false")
    story.takes_turn(day, "AidRefused", NOT_IN_HARDSHIP)
    story.aid = "refused"


def _sit(story: Story, day: int, decision: dict[str, object], words: str) -> None:
    """The aid officer, who took the signature, writes down what principal, homeroom teacher, teacher and parent have decided."""
    cast = story.cast
    members = [cast.principal, cast.homeroom, cast.tutor, cast.parent]
    story.act(day, 14, "decide_in_panel", cast.aid_officer, **decision, members=members, text=story.says(words))


def object_to(story: Story, day: int) -> None:
    """A villager objects at the village committee, which records it."""
    story.act(day, 10, "raise_objection", story.cast.village_cadre, text=story.says("objection"))
    story.takes_turn(day, "ObjectionRaised")


def uphold(story: Story, day: int) -> None:
    """The bureau, none of whom sat on the panel, has looked into the objection: it is right."""
    story.act(day, 15, "answer_objection", BUREAU_CLERK, upheld=True, text=story.says("objection.upheld"))
    story.takes_turn(day, "ObjectionAnswered", "true")


def grant(story: Story, day: int) -> None:
    """The bureau grants after the notice, and the guardian is told."""
    story.act(day, 10, "review_application", BUREAU_CLERK, granted=True)
    story.takes_turn(day, "AidGranted")
    story.aid = "granted"
    story.expect_texts("aid_approved", 1, 1)


def refuse(story: Story, day: int, reason: str) -> None:
    """The bureau refuses after the notice."""
    story.act(day, 10, "review_application", BUREAU_CLERK, granted=False, reason=reason)
    story.takes_turn(day, "AidRefused", reason)
    story.aid = "refused"
