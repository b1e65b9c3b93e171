"""The truth that was planted, as plain JSON: what the players act on and what a checker compares with the services.

No importer reads it. Children are named by roll number, officers by login, days by number and date. Each day has its lists, which
name children by their marks; a class that is `silent` sends nothing at the hour of the list. Acts and their facts:

| act | facts |
|---|---|
| confirm_absence | – |
| correct_roll_call | session, mark present, text |
| send_list | list_day, session: a list that did not come in time, as that day's lists have it |
| record_contact | means, reached, note |
| write_report | text |
| record_school_visit | visitors, result, met_child, words |
| confirm_dropout | evidence, last_attended_day (none: never came this term) |
| name_officers | officers by line: township, village, bureau, school, class (the county leader stands there by the post) |
| record_cause | primary, others, note, under_16_at_work (of labour only) |
| make_plan | measures: kind, responsible, text |
| record_visit | nth, visitors, met_child, parents_words, childs_words, policy_explained, result, result_words, next_step |
| record_whereabouts | place, employer |
| sign_commitment | guardian, text |
| acknowledge_duty | department, kind |
| complete_duty | department, kind, finding, answer, letter (a clerk enters the department's sealed reply) |
| decline_duty | department, kind, text, letter (as above, else none) |
| return_duty, accept_decline | department, kind, text |
| sign_application | guardian, hardship_recognised_day |
| decide_in_panel | recommended, members, text, reason (of a refusal) |
| raise_objection | text |
| answer_objection | upheld, text |
| review_application | granted, reason (of a refusal) |
| agree_return | return_day |
| confirm_return | placement, evidence |
| record_follow_up | nth, study, life, psychology, attendance |
| name_substitute | substitute, from_day, until_day |
| propose_closing | outcome, evidence, on_behalf_of (where a substitute proposes) |
| confirm_closing, approve_closing, send_closing_back | text |
| report_harm | sign, text (what was noticed) |
| acknowledge_report | – |
| answer_report | hold (the family is still left alone), text |
| start_transfer | to_school (none: out of the county) |
| finish_call | template, call_result |
| resolve_uncertainty | template, decision, text |
| report_new_phone | guardian, phone, text |

`sixteen` are the children who turn sixteen by the last played day, whether or not a story is about them.
`expected.turns` are events that a story turns on, each with its day (`checking/turns.py`).

Codes (causes, departments, results …) are those of the published language, `contracts.codes`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from services.demo.county import places
from services.demo.county.day_lists import DayLists, class_fact
from services.demo.county.officers import homeroom_login
from services.demo.county.story import LAST_PLAYED_DAY, Fact, Ledger, SilentClass, Story

FORMAT = 3
"""Since 2 the truth plants what a school owes after three missed days, who turns sixteen, and each event that a story turns on;
since 3 the lists of every session: afternoons, dormitories, return days, and lists that come late.
"""

SENT_LATE_AT = "09:30"


def truth(
    seed: int,
    pupils: int,
    school_days: Sequence[date],
    lists: DayLists,
    written: Sequence[Story],
    silent: Sequence[SilentClass],
) -> Fact:
    """Everything planted but the broken rosters."""
    days = _Days(school_days)
    return {
        "format": FORMAT,
        "seed": seed,
        "pupils": pupils,
        "county": {
            "division": places.COUNTY_CODE,
            "name": places.COUNTY_NAME,
            "english": places.COUNTY_ENGLISH,
        },
        "first_day": school_days[0].isoformat(),
        "last_played_day": LAST_PLAYED_DAY,
        "school_days": [day.isoformat() for day in school_days],
        "classes": lists.classes(),
        "days": [_played_day(day, school_days, lists, written) for day in range(1, LAST_PLAYED_DAY + 1)],
        "stories": [_child_story(story, days) for story in written] + [_silent_story(each, days) for each in silent],
        "totals": _totals(written, silent),
    }


class _Days:
    def __init__(self, school_days: Sequence[date]) -> None:
        self._school_days = school_days

    def dated(self, day: int) -> Fact:
        return {"day": day, "on": self._school_days[day - 1].isoformat()}


def _child_story(story: Story, days: _Days) -> Fact:
    child = story.cast.child
    acts = sorted(story.acts, key=lambda act: (act.day, act.at))
    return {
        "id": story.id,
        "kind": story.kind,
        "serious": story.serious,
        "roll_number": child.roll_number,
        **class_fact(child.class_key),
        "homeroom": story.cast.homeroom,
        "marks": [{**days.dated(mark.day), "mark": mark.mark, "only": mark.only, **mark.facts} for mark in story.marks],
        "acts": [{**days.dated(act.day), "at": act.at, "act": act.act, "by": act.by, **act.facts} for act in acts],
        "silent": None if story.silent is None else _silence(story.silent, days),
        "gateway": story.gateway,
        "expected": {
            "ledger": story.ledger,
            "moves": [{**days.dated(day), "ledger": ledger} for day, ledger in story.moves],
            "case": story.case,
            "cause": story.cause,
            "texts": {template: list(between) for template, between in story.texts.items()},
            "duties": story.duties,
            "aid": story.aid,
            "alarms": story.alarms,
            "turns": [{**days.dated(day), "turn": turn} for day, turn in sorted(story.turns, key=lambda turn: turn[0])],
        },
    }


def _silent_story(silent: SilentClass, days: _Days) -> Fact:
    """A story of a class, of no child."""
    late = {"act": "send_list", "by": silent.by, "list_day": silent.day, "session": silent.session}
    acts = [] if silent.sent_on is None else [{**days.dated(silent.sent_on), "at": SENT_LATE_AT, **late}]
    return {
        "id": silent.id,
        "kind": silent.kind,
        "serious": False,
        "roll_number": None,
        **class_fact(silent.class_key),
        "homeroom": homeroom_login(*silent.class_key),
        "silent": _silence(silent, days),
        "acts": acts,
    }


def _silence(silent: SilentClass, days: _Days) -> Fact:
    return {**days.dated(silent.day), "session": silent.session, "reason": silent.reason}


def _played_day(day: int, school_days: Sequence[date], lists: DayLists, written: Sequence[Story]) -> Fact:
    """What the classes send, and the ledgers in the evening."""
    return {
        **_Days(school_days).dated(day),
        "lists": lists.of(day, school_days[day - 1]),
        "ledgers_in_the_evening": {
            ledger: sum(_ledger_on(story, day) == ledger for story in written) for ledger in ("suspected", "dropout")
        },
    }


def _ledger_on(story: Story, day: int) -> Ledger:
    moved = [ledger for on, ledger in story.moves if on <= day]
    return moved[-1] if moved else "school_age"


def _totals(written: Sequence[Story], silent: Sequence[SilentClass]) -> Fact:
    """The sums that a summary of the county must show at the end."""
    kinds = Counter(story.kind for story in written)
    return {
        "kinds": {**kinds, **Counter(each.kind for each in silent)},
        "children": len(written),
        "serious": sum(story.serious for story in written),
        "ledgers": dict(Counter(story.ledger for story in written if story.ledger != "school_age")),
        "cases": dict(Counter(story.case for story in written if story.case != "none")),
        "causes": dict(Counter(story.cause for story in written if story.cause)),
        "aid_granted": sum(story.aid == "granted" for story in written),
    }
