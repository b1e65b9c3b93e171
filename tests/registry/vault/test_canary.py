"""A canary child: its name, numbers, phone and addresses are found nowhere but sealed in the vault."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest

from services.chassis.logs import configure_logs
from tests.neighbours import settle
from tests.registry.offices import Offices
from tests.registry.rosters import SCHOOL_CODE, Row, child, roster, roster_csv

CANARY = child(
    7,
    姓名="金丝雀阿依",
    户籍地址="金丝雀沟七组四十二号",
    现住地址="金丝雀坝九组四十三号",
    监护人1姓名="金丝雀之母",
    监护人2姓名="金丝雀之父",
    监护人2关系="父亲",
    监护人2电话="15477665544",
    实际照料人="金丝雀奶奶",
)
FILE_NAME = "王小明的名册"
SECRET_COLUMNS = (
    "学籍号", "姓名", "证件号码", "出生日期", "户籍地址", "现住地址", "监护人1姓名", "监护人1电话", "监护人1证件号",
    "监护人2姓名", "监护人2电话", "实际照料人",
)  # fmt: skip


def written_forms(row: Row) -> list[bytes]:
    """Each secret as a byte of a file might hold it."""
    texts = [str(row[column]) for column in SECRET_COLUMNS] + [FILE_NAME]
    forms = []
    for text in texts:
        plain = text.encode()
        forms += [plain, text.encode("gb18030"), json.dumps(text).strip('"').encode(), base64.b64encode(plain).rstrip(b"=")[:-1]]
    return forms


def found_in(content: bytes, row: Row) -> list[bytes]:
    return [form for form in written_forms(row) if form in content]


def files_below(directory: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def test_the_canary_is_nowhere_in_files_logs_and_answers(
    offices: Offices, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logs = io.StringIO()
    configure_logs("info", logs)
    spoilt = {**CANARY, "性别": "金丝雀", "班号": "金丝雀"}
    answers = [
        offices.upload("registrar", roster([CANARY, spoilt]), kind="roster", school_code=SCHOOL_CODE),
        offices.upload("registrar", roster([CANARY]), kind="roster", school_code=SCHOOL_CODE, dry_run="true"),
        offices.upload("registrar", roster_csv([CANARY]), kind="roster", school_code=SCHOOL_CODE),
        offices.upload("registrar", roster_csv([CANARY]), kind=str(CANARY["姓名"]), school_code=str(CANARY["证件号码"])),
        offices.upload("registrar", b'"' + roster_csv([CANARY]), kind="roster", school_code=SCHOOL_CODE),
        offices.upload("registrar", roster([CANARY], [*CANARY, str(CANARY["姓名"])]), kind="roster", school_code=SCHOOL_CODE),
    ]
    settle(offices.crew)
    (pupil_id,) = offices.pupils()
    for answer in tuple(answers):
        if "import_id" in (answer.json or {}):
            import_id = (answer.json or {})["import_id"]
            answers += [offices.get("registrar", f"/imports/{import_id}"), offices.get("registrar", f"/imports/{import_id}/errors")]
    question = {"purpose": "view_text", "pupil_ids": [pupil_id], "fields": ["name"]}
    answers += [
        offices.post("principal", "/persons:resolve", question),
        offices.post("principal", "/persons:resolve", {**question, "purpose": CANARY["姓名"]}),
        offices.post("homeroom", "/persons:find", {"purpose": "roll_call", "id_number": CANARY["监护人1证件号"]}),
        offices.get("lead", "/reveal-log"),
    ]
    assert len(answers) >= 16
    for answer in answers:
        assert found_in(answer.get_data(), CANARY) == []
    assert found_in(files_below(offices.directory), CANARY) == []
    offices.close()
    assert found_in(files_below(offices.directory), CANARY) == []
    offices.open()
    printed = capfd.readouterr()
    assert '"event":"request"' in logs.getvalue()
    assert found_in((logs.getvalue() + printed.out + printed.err + caplog.text).encode(), CANARY) == []


def test_the_canary_can_be_found_where_it_may_be_read(offices: Offices) -> None:
    """The search above would find it: an answer that shows it holds it."""
    offices.bring("registrar", roster([CANARY]))
    question = {"purpose": "contact_family", "pupil_ids": offices.pupils(), "fields": ["name", "address", "phone"]}
    shown = offices.post("homeroom", "/persons:resolve", question)
    assert len(found_in(shown.get_data(), CANARY)) >= 4
