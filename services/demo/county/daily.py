"""The ordinary stories of a school: illness, leave, a day missed, a name marked by mistake, a text that goes astray."""

from services.contracts.codes import ContactMeans, ExcuseKind, Session
from services.demo.county.chance import clock
from services.demo.county.phases import confirm_absence, contact
from services.demo.county.story import LAST_PLAYED_DAY, Story

ILL_WITH_PROOF_SCHOOL_DAYS = 8  # longer than the six after which an unexcused child is suspected
CORRECTED_WITHIN_MINUTES = 20  # less than the 30 that a text waits
_CONFIRMED_SHARE = 0.5
_WITH_PROOF_SHARE = 0.5


def _day(story: Story, *, last: int = LAST_PLAYED_DAY - 1) -> int:
    return story.chance.randint(2, last)


def _present(story: Story) -> dict[str, object]:
    return {"session": Session.MORNING, "mark": "present", "text": story.says("correction")}


def expect_absence_texts(story: Story) -> None:
    """At least one where there is a mobile, at most one for each guardian who has one."""
    phones = len(story.cast.phones)
    story.expect_texts("absence_query", min(1, phones), phones)


def corrected(story: Story) -> None:
    """Marked absent by mistake and corrected before the text goes out."""
    day = _day(story)
    story.absent(day, day)
    at = clock(story.chance, 8, minute=25, spread=CORRECTED_WITHIN_MINUTES - 5)
    story.act_at(
        day, at, "correct_roll_call", story.cast.homeroom, session=Session.MORNING, mark="present", text=story.says("correction")
    )
    story.expect_texts("absence_query", 0, 0)


def late_correction(story: Story) -> None:
    """Corrected hours later: the text has gone out, the absence is withdrawn all the same."""
    day = _day(story)
    story.absent(day, day)
    story.act(
        day, 14, "correct_roll_call", story.cast.homeroom, session=Session.MORNING, mark="present", text=story.says("correction")
    )
    expect_absence_texts(story)


def one_day(story: Story) -> None:
    """A day missed; some teachers confirm it at once, the others leave it to the clock."""
    day = _day(story)
    story.absent(day, day)
    if story.chance.random() < _CONFIRMED_SHARE:
        confirm_absence(story, day)
    contact(story, day, ContactMeans.CALL, 10, "one_day")
    expect_absence_texts(story)


def ill_with_proof(story: Story) -> None:
    first = _day(story, last=LAST_PLAYED_DAY - ILL_WITH_PROOF_SCHOOL_DAYS)
    last = first + ILL_WITH_PROOF_SCHOOL_DAYS - 1
    story.excused(first, last, ExcuseKind.ILLNESS_WITH_PROOF, story.says("illness.long"))
    story.expect_texts("absence_query", 0, 0)


def illness(story: Story) -> None:
    """With a doctor's paper it is illness, without one the parents' leave."""
    first = _day(story, last=LAST_PLAYED_DAY - 3)
    last = first + story.chance.randint(0, 2)
    proof = story.chance.random() < _WITH_PROOF_SHARE
    kind = ExcuseKind.ILLNESS_WITH_PROOF if proof else ExcuseKind.LEAVE
    story.excused(first, last, kind, story.says("illness"))
    story.expect_texts("absence_query", 0, 0)


def leave(story: Story) -> None:
    first = _day(story, last=LAST_PLAYED_DAY - 3)
    last = first + story.chance.randint(0, 1)
    story.excused(first, last, ExcuseKind.LEAVE, story.says("leave"))
    story.expect_texts("absence_query", 0, 0)


def uncertain_text(story: Story) -> None:
    """The gateway cannot say whether it sent the text: nobody repeats it, a person decides."""
    day = _day(story, last=LAST_PLAYED_DAY - 5)
    cast = story.cast
    story.absent(day, day)
    confirm_absence(story, day)
    story.gateway = {"phone": cast.phones[0], "answer": "uncertain", "times": 1}
    decision = story.chance.choice(("was_sent", "was_not_sent"))
    words = story.says(f"uncertain.{decision}")
    story.act(day, 11, "resolve_uncertainty", cast.homeroom, template="absence_query", decision=decision, text=words)
    story.expect_texts("absence_query", 1, 1)
    story.alarms["uncertain_text"] = 1


def call_made(story: Story) -> None:
    """Nobody in the household has a phone: no text can go, and the teacher goes there in its place."""
    day = _day(story, last=LAST_PLAYED_DAY - 5)
    story.absent(day, day)
    confirm_absence(story, day)
    story.act(day, 12, "finish_call", story.cast.homeroom, template="absence_query", call_result="told")
    story.takes_turn(day, "CallTaskDone", "told")
    story.expect_texts("absence_query", 0, 0)


def unreachable_number(story: Story, new_phone: str) -> None:
    """The number is dead: the text fails, and somebody finds the new one."""
    day = _day(story, last=LAST_PLAYED_DAY - 5)
    cast = story.cast
    story.absent(day, day)
    confirm_absence(story, day)
    story.gateway = {"phone": cast.phones[0], "answer": "unreachable", "times": None}
    words = story.says("unreachable")
    story.act(day + 1, 12, "report_new_phone", cast.homeroom, guardian="guardian_1", phone=new_phone, text=words)
    story.expect_texts("absence_query", 1, 1)
    story.alarms["contact_unreachable"] = 1
