"""Which templates are approved, and what the carriers say to them."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.errors import Refusal
from services.contracts.ids import TemplateCode
from services.contracts.notifications import Filing, TemplateApproved, TemplateFilingRecorded
from services.notifications.adapters.seeds import seed_commands, seeded_templates
from services.notifications.domain import errors
from services.notifications.domain.occasions import OCCASIONS
from services.notifications.domain.policies import LONGEST_TEXT
from services.notifications.domain.template import TEMPLATE, ApproveTemplate, RecordFiling
from services.notifications.domain.texts import TemplateText
from tests.scenario import scenario

CODE = TemplateCode("absence_query")
WORDS: dict[str, Any] = {
    "signature": "【县教育局】",
    "variables": ("child", "day"),
    "bodies": {"zh": "{child}{day}未到校。", "bo": "{child}"},
    "unnamed_bodies": {"zh": "您的孩子{day}未到校。"},
}


def approve(version: int = 1, **changes: Any) -> ApproveTemplate:
    return ApproveTemplate(template=CODE, version=version, words=TemplateText(**{**WORDS, **changes}))


def approved(version: int = 1, **changes: Any) -> TemplateApproved:
    return TemplateApproved(template=CODE, version=version, **{**WORDS, **changes})


def filed(status: Filing, version: int = 1) -> TemplateFilingRecorded:
    return TemplateFilingRecorded(template=CODE, version=version, carrier="mobile", status=status)


def file(status: Filing, version: int = 1) -> RecordFiling:
    return RecordFiling(template=CODE, version=version, carrier="mobile", status=status)


def test_a_version_is_approved_once() -> None:
    scenario(TEMPLATE, when=[approve(), approve()], then=[approved()])


def test_new_words_are_a_new_version() -> None:
    scenario(TEMPLATE, given=[approved()], when=approve(2, signature="【教育局】"), then=[approved(2, signature="【教育局】")])
    scenario(TEMPLATE, given=[approved(), approved(2, signature="【教育局】")], when=approve(), then=[])


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (approve(1, signature="【教育局】"), errors.TemplateVersionTaken),
        (approve(3), errors.TemplateVersionSkipped),
        (file("approved", 2), errors.NoSuchTemplate),
    ],
)
def test_a_version_is_neither_changed_nor_skipped_nor_filed_before_it_is_there(
    command: ApproveTemplate | RecordFiling, refusal: type[Refusal]
) -> None:
    scenario(TEMPLATE, given=[approved()], when=command, then=refusal)


def test_each_new_answer_of_a_carrier_is_recorded() -> None:
    scenario(
        TEMPLATE,
        given=[approved()],
        when=[file("pending"), file("pending"), file("refused"), file("approved")],
        then=[filed("pending"), filed("refused"), filed("approved")],
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"signature": "县教育局"}, errors.SignatureNotInForm),
        ({"signature": "【县】"}, errors.SignatureNotInForm),
        ({"bodies": {"bo": "x"}}, errors.TemplateWithoutChinese),
        ({"unnamed_bodies": {}}, errors.TemplateWithoutChinese),
        ({"bodies": {"zh": "【通知】{child}"}}, errors.BodyHoldsBrackets),
        ({"bodies": {"zh": "请看 https://x"}}, errors.BodyHoldsLink),
        ({"bodies": {"zh": "请看 Jyj.Gov.cn"}}, errors.BodyHoldsLink),
        ({"unnamed_bodies": {"zh": "请看 www.x"}}, errors.BodyHoldsLink),
        ({"bodies": {"zh": "{child}已辍学"}}, errors.BodySaysTooMuch),
        ({"bodies": {"zh": "脱贫户{child}"}}, errors.BodySaysTooMuch),
        ({"bodies": {"zh": "x", "en": "a Dropout"}}, errors.BodySaysTooMuch),
        ({"bodies": {"zh": "{resident_id}"}, "variables": ("child", "resident_id")}, errors.UnknownVariable),
        ({"bodies": {"zh": "{school}"}}, errors.UnknownVariable),
        ({"unnamed_bodies": {"zh": "{child}"}}, errors.UnnamedBodyNamesChild),
        ({"bodies": {"zh": "字" * 495}}, errors.BodyTooLong),
        ({"bodies": {"zh": "字" * 300, "bo": "字" * 194}}, errors.BodyTooLong),
    ],
)
def test_what_may_not_stand_in_a_text_is_not_approved(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    scenario(TEMPLATE, when=approve(**changes), then=refusal)


def test_signature_and_longest_variables_count_up_to_the_countys_length() -> None:
    bodies = {"zh": "{child}" + "字" * 474}
    scenario(TEMPLATE, when=approve(bodies=bodies), then=[approved(bodies=bodies)])
    scenario(TEMPLATE, when=approve(bodies=bodies), then=errors.BodyTooLong, policies={LONGEST_TEXT.code: 499})


def test_every_seed_is_accepted_filed_and_of_an_occasion() -> None:
    seeds = seeded_templates()
    assert {each.template for each in seeds} == set(OCCASIONS)
    for each in seeds:
        commands = list(seed_commands([each]))
        events = [
            TemplateApproved(
                template=each.template,
                version=1,
                bodies=each.bodies,
                unnamed_bodies=each.unnamed_bodies,
                variables=each.variables,
                signature=each.signature,
            ),
            TemplateFilingRecorded(
                template=each.template,
                version=1,
                carrier="local_outbox",
                status="approved",
                provider_template_id=each.filings[0].provider_template_id,
            ),
        ]
        scenario(TEMPLATE, when=[*commands, *commands], then=events)
