"""Assistance's read models: rebuilt they are the live ones; what comes twice counts once."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.assistance.adapters.starting_list import starting_list
from services.assistance.domain.applying import SignApplication
from services.assistance.domain.judging import DecideInPanel, RefusalReason, ReviewApplication
from services.assistance.domain.policies import exclusive, matching
from services.assistance.domain.programme import SetProgramme
from services.assistance.domain.public_notice import AnswerObjection, RaiseObjection
from services.assistance.projections import APPLICATION_ROWS, PROGRAMME_ROWS
from services.assistance.service import set_starting_list
from services.chassis.envelope import Context
from services.contracts import casework, registry
from services.contracts.assistance import application_id, programme_id
from services.contracts.codes import Group, Outcome, Placement, Role
from services.contracts.ids import CaseId, ClassId, EpisodeId, MeasureId, OfficerId, PupilId
from tests.assistance.conftest import BUREAU, OFFICER, World
from tests.assistance.invented import CASE_ID, EPISODE_ID, MOTHER, OBJECTION_ID, PUPIL, PUPIL_ID, SITTING, YEAR, programme
from tests.contracts.example_events import example_event
from tests.read_models import (
    beginnings_ask_for_nothing,
    delivered_twice_is_once,
    every_folded_event_happened,
    order_among_streams_is_free,
    rebuilt_is_live,
)

BOARDER = application_id(PUPIL_ID, programme_id("boarder_living_junior"), YEAR)
DAY = date(2026, 9, 8)


def live_through(world: World) -> None:
    """Children, plans, an application with an objection, a programme with new terms."""
    world.school()
    world.others.tell(f"school-{PUPIL.school_id}", example_event(registry.SchoolChanged))
    world.enrol(groups=(Group.DISABLED,))
    world.enrol(PupilId("pupil-2"))
    world.plan_aid()
    with world.service.turns.open() as turn:
        text = turn.seal(PUPIL_ID, "somewhere", "words")
        turn.commit()
    world.do(
        SignApplication(
            application_id=BOARDER,
            guardian_id=MOTHER,
            signed_on=DAY,
            hardship_recognised_on=DAY,
            guardians=(MOTHER,),
        ),
        DecideInPanel(application_id=BOARDER, recommended=True, **SITTING),
        RaiseObjection(application_id=BOARDER, objection_id=OBJECTION_ID, text=text),
    )
    world.do(AnswerObjection(application_id=BOARDER, objection_id=OBJECTION_ID, upheld=False, answer=text), context=BUREAU)
    world.do(
        SetProgramme(terms=programme("temporary_relief", effective_from=date(2026, 9, 1)), known=frozenset({"temporary_relief"})),
    )
    world.pass_days(40)
    world.told(
        f"pupil-{PUPIL_ID}",
        registry.PupilStruckOff(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, outcome=Outcome.DEFERRED, struck_off_on=DAY),
        registry.StrikeOffWithdrawn(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, withdrawn_on=DAY),
        registry.PupilStruckOff(pupil_id=PUPIL_ID, episode_id=EPISODE_ID, outcome=Outcome.DEFERRED, struck_off_on=DAY),
        registry.PupilRegistered(pupil_id=PUPIL_ID, term="2026-2", school_id=PUPIL.school_id, registered_on=DAY),
    )
    of_case = {"case_id": CASE_ID, "pupil_id": PUPIL_ID}
    world.told(
        f"case-{CASE_ID}",
        casework.CaseWithdrawn(**of_case, withdrawn_on=DAY, reason="attended"),
        casework.CaseReopened(**of_case, reopened_on=DAY, spell=2),
        casework.CaseClosed(
            **of_case, episode_id=EPISODE_ID, outcome=Outcome.DEFERRED, closed_on=DAY, by_officer_id=OfficerId("lead")
        ),
    )
    a_child_comes_and_goes(world)


def a_child_comes_and_goes(world: World) -> None:
    """One programme is granted, paused and resumed with a third child's attendance, the other refused by the panel."""
    case, episode, third = CaseId("case-3"), EpisodeId("episode-3"), PupilId("pupil-3")
    world.enrol(third)
    world.plan_aid(case, MeasureId("measure-3"), third)
    with world.service.turns.open() as turn:
        refused, granted, *_ = (row.application_id for row in turn.rows(APPLICATION_ROWS, pupil_id=third))
        living = next(row for row in turn.rows(PROGRAMME_ROWS) if application_id(third, row.programme_id, YEAR) == granted)
    today = world.clock.instant.date()
    signed = {"guardian_id": MOTHER, "signed_on": today, "hardship_recognised_on": today, "guardians": (MOTHER,)}
    world.do(
        SignApplication(application_id=refused, **signed),
        DecideInPanel(application_id=refused, recommended=False, reason=RefusalReason.NOT_IN_HARDSHIP, **SITTING),
        SignApplication(application_id=granted, **signed),
        DecideInPanel(application_id=granted, recommended=True, **SITTING),
    )
    world.pass_days(12)
    facts = replace(PUPIL, pupil_id=third, episode_id=episode)
    decided = ReviewApplication(application_id=granted, granted=True, role=Role.BUREAU_CLERK, pupil=facts, programme=living)
    world.do(decided, context=Context(actor="bureau-clerk"))
    of_child = {"pupil_id": third, "episode_id": episode}
    with world.service.turns.open() as turn:
        sealed = turn.seal(third, "somewhere", "words")
        turn.commit()
    suspected = registry.PupilSuspected(
        **of_child,
        school_id=PUPIL.school_id,
        class_id=ClassId("class-1"),
        grade=8,
        residence_division="990126100",
        suspected_on=DAY,
        last_attended_on=None,
        reason="absent",
    )
    world.told(
        f"pupil-{third}",
        suspected,
        registry.SuspicionLifted(**of_child, lifted_on=DAY, reason="attended"),
        suspected,
        registry.DropoutConfirmed(**of_child, school_id=PUPIL.school_id, confirmed_on=DAY, by="clock"),
        registry.PupilReturned(**of_child, returned_on=DAY, placement=Placement.ORIGINAL_CLASS),
        registry.ReturnLost(**of_child, day=DAY),
        registry.ReturnRestored(**of_child, day=DAY),
        registry.PupilRecordWritten(pupil_id=third, record_version=2, guardians=(), residence_division="990126100"),
        registry.PupilTransferred(pupil_id=third, school_id=PUPIL.school_id, class_id=ClassId("class-2"), grade=8),
        registry.PupilGraduated(pupil_id=third, school_id=PUPIL.school_id, graduated_on=DAY),
        registry.TransferCompleted(pupil_id=third, completed_on=DAY, evidence=sealed),
    )


def test_rebuilt_read_models_are_the_live_ones(world: World) -> None:
    live_through(world)
    rebuilt_is_live(world.service)


def test_shuffled_across_streams_they_are_the_same(world: World) -> None:
    live_through(world)
    every_folded_event_happened(world.service)
    order_among_streams_is_free(world.service)


def test_what_is_made_afresh_owes_nothing_to_what_stood_there(world: World) -> None:
    live_through(world)
    beginnings_ask_for_nothing(world.service)


def test_what_is_delivered_twice_counts_once(world: World) -> None:
    live_through(world)
    delivered_twice_is_once(world)


def test_the_starting_list_is_set_once_and_names_a_source_for_each_programme(world: World) -> None:
    with world.service.turns.open() as turn:
        settings = turn.rows(PROGRAMME_ROWS)
        set_starting_list(turn)
        assert turn.batch.events == []
    assert {each.code for each in settings} == {each.code for each in starting_list()}
    assert all(each.source and each.programme_id == programme_id(each.code) for each in settings)


def test_what_the_bureau_has_set_survives_the_starting_list(world: World) -> None:
    terms = programme("temporary_relief", effective_from=date(2026, 9, 1))
    world.service.execute(SetProgramme(terms=terms, known=frozenset({"temporary_relief"})), OFFICER)
    world.service.turns.run(set_starting_list)
    with world.service.turns.open() as turn:
        rows = turn.rows(PROGRAMME_ROWS, code="temporary_relief")
    assert [row.effective_from for row in rows] == [date(2014, 10, 3), date(2026, 9, 1)]


def test_no_child_can_have_two_living_allowances_of_the_starting_list() -> None:
    living = [each for each in starting_list() if "_living_" in each.code]
    assert len(living) == 4
    assert all(exclusive(one, other) for one in living for other in living if one is not other)


def test_every_child_in_hardship_is_matched_with_something_of_the_starting_list() -> None:
    for grade in range(1, 10):
        for boarding in (True, False):
            for groups in ((), (Group.MIGRANT,), (Group.MINIMUM_LIVING,)):
                pupil = type(PUPIL)(pupil_id=PUPIL_ID, school_id=PUPIL.school_id, grade=grade, boarding=boarding, groups=groups)
                assert len(matching(starting_list(), pupil, DAY)) == 1
