"""The table of acts: what the truth calls them, and which requests they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.demo.player import absences, aid, cases, duties, reports, roll_call, texts, transfers
from services.demo.player.scene import Scene

ACTS: Mapping[str, Callable[[Scene], None]] = {
    "confirm_absence": absences.confirm_absence,
    "send_list": roll_call.send_list,
    "correct_roll_call": absences.correct_roll_call,
    "record_contact": absences.record_contact,
    "write_report": absences.write_report,
    "record_school_visit": absences.record_school_visit,
    "confirm_dropout": absences.confirm_dropout,
    "name_officers": cases.name_officers,
    "record_cause": cases.record_cause,
    "make_plan": cases.make_plan,
    "record_visit": cases.record_visit,
    "record_whereabouts": cases.record_whereabouts,
    "sign_commitment": cases.sign_commitment,
    "agree_return": cases.agree_return,
    "confirm_return": cases.confirm_return,
    "record_follow_up": cases.record_follow_up,
    "name_substitute": cases.name_substitute,
    "propose_closing": cases.propose_closing,
    "confirm_closing": cases.confirm_closing,
    "approve_closing": cases.approve_closing,
    "send_closing_back": cases.send_closing_back,
    "acknowledge_duty": duties.acknowledge_duty,
    "complete_duty": duties.complete_duty,
    "decline_duty": duties.decline_duty,
    "return_duty": duties.return_duty,
    "accept_decline": duties.accept_decline,
    "report_harm": reports.report_harm,
    "acknowledge_report": reports.acknowledge_report,
    "answer_report": reports.answer_report,
    "sign_application": aid.sign_application,
    "decide_in_panel": aid.decide_in_panel,
    "raise_objection": aid.raise_objection,
    "answer_objection": aid.answer_objection,
    "review_application": aid.review_application,
    "start_transfer": transfers.start_transfer,
    "finish_call": texts.finish_call,
    "resolve_uncertainty": texts.resolve_uncertainty,
    "report_new_phone": texts.report_new_phone,
}
