"""A programme's terms, and what may not be set."""

from __future__ import annotations

from datetime import date

from services.assistance.domain import errors
from services.assistance.domain.programme import PROGRAMME, SeedProgramme, SetProgramme
from services.contracts.codes import Group
from tests.assistance.invented import LIVING, programme
from tests.scenario import scenario

KNOWN = frozenset({LIVING.code, "day_living_junior"})


def test_a_programme_is_set_with_its_terms() -> None:
    scenario(PROGRAMME, when=SetProgramme(terms=LIVING, known=KNOWN), then=[LIVING])


def test_the_same_terms_again_change_nothing() -> None:
    scenario(PROGRAMME, given=[LIVING], when=SetProgramme(terms=LIVING, known=KNOWN), then=[])


def test_later_terms_follow_earlier_ones() -> None:
    later = programme(LIVING.code, amount_fen=175_000, effective_from=date(2026, 9, 1))
    scenario(PROGRAMME, given=[LIVING], when=SetProgramme(terms=later, known=KNOWN), then=[later])


def test_the_past_of_a_programme_is_not_rewritten() -> None:
    earlier = programme(LIVING.code, effective_from=date(2023, 9, 1))
    scenario(PROGRAMME, given=[LIVING], when=SetProgramme(terms=earlier, known=KNOWN), then=errors.ProgrammeBackdated)


def test_the_starting_list_sets_what_is_missing_only() -> None:
    seed = SeedProgramme(terms=LIVING, known=KNOWN)
    scenario(PROGRAMME, when=seed, then=[LIVING])
    scenario(PROGRAMME, given=[programme(LIVING.code, amount_fen=175_000)], when=seed, then=[])


def test_a_programme_does_not_end_before_it_starts() -> None:
    terms = programme(LIVING.code, effective_until=date(2024, 2, 29))
    scenario(PROGRAMME, when=SetProgramme(terms=terms, known=KNOWN), then=errors.ProgrammeEndsBeforeItStarts)


def test_a_programme_does_not_exclude_itself() -> None:
    terms = programme(LIVING.code, excludes=(LIVING.code,))
    scenario(PROGRAMME, when=SetProgramme(terms=terms, known=KNOWN), then=errors.ProgrammeExcludesItself)


def test_an_excluded_programme_must_exist() -> None:
    terms = programme(LIVING.code, excludes=("day_living_junor",))
    scenario(PROGRAMME, when=SetProgramme(terms=terms, known=KNOWN), then=errors.ExcludedProgrammeUnknown)


def test_money_on_application_needs_an_amount() -> None:
    terms = programme(LIVING.code, amount_fen=0)
    scenario(PROGRAMME, when=SetProgramme(terms=terms, known=KNOWN), then=errors.AmountMissing)


def test_a_restricted_group_is_no_condition_of_a_programme() -> None:
    terms = programme(LIVING.code, groups=(Group.MINIMUM_LIVING, Group.INVOLVED_IN_CASE))
    scenario(PROGRAMME, when=SetProgramme(terms=terms, known=KNOWN), then=errors.GroupIsRestricted)
