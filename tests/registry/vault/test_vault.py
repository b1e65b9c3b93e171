"""The vault: fields sealed one by one, versions kept, people found without their numbers being stored."""

from __future__ import annotations

import pytest

from services.chassis.errors import Tampered
from services.chassis.storage.tables import SUBJECT_KEYS
from services.registry.domain.roll_lookup import PUPIL_ID_NUMBER
from services.registry.storage.vault_tables import PERSON_FIELDS
from tests.registry.offices import Offices
from tests.registry.rosters import child, children, roster, roster_csv


def test_a_person_is_found_by_number_through_a_keyed_digest(offices: Offices) -> None:
    offices.bring("registrar", roster(children(2)))
    number = str(child(1)["证件号码"])
    key = PUPIL_ID_NUMBER, offices.vault.digest(PUPIL_ID_NUMBER, number)
    assert offices.vault.find([key]) == {key: offices.pupils()[1]}
    assert number not in key[1]
    absent = PUPIL_ID_NUMBER, offices.vault.digest(PUPIL_ID_NUMBER, "990126201610029999")
    assert offices.vault.find([absent]) == {}


def test_a_digest_of_one_field_finds_nobody_in_another(offices: Offices) -> None:
    offices.bring("registrar", roster(children(1)))
    digest = offices.vault.digest(PUPIL_ID_NUMBER, str(child(0)["证件号码"]))
    assert offices.vault.find([("guardian.id_number", digest)]) == {}


def test_a_new_version_holds_what_has_changed_and_the_record_is_the_latest_of_each_field(offices: Offices) -> None:
    offices.bring("registrar", roster([child(0)]))
    offices.bring("registrar", roster_csv([child(0, 现住地址="新居1号")]))
    (pupil_id,) = offices.pupils()
    record = offices.vault.people([pupil_id])[pupil_id]
    assert (record.version, record.fields["address"], record.fields["name"]) == (2, "新居1号", child(0)["姓名"])
    with offices.service.engine.connect() as connection:
        query = PERSON_FIELDS.select().where(PERSON_FIELDS.c.person_id == pupil_id, PERSON_FIELDS.c.field == "address")
        assert [row.version for row in connection.execute(query)] == [1, 2]


def test_only_the_asked_fields_are_opened(offices: Offices) -> None:
    offices.bring("registrar", roster(children(1)))
    (pupil_id,) = offices.pupils()
    assert set(offices.vault.people([pupil_id], ("name", "address"))[pupil_id].fields) == {"name", "address"}


def test_a_sealed_field_opens_only_where_it_was_sealed(offices: Offices) -> None:
    offices.bring("registrar", roster(children(1)))
    (pupil_id,) = offices.pupils()
    with offices.service.store.exclusive() as writer:
        writer.execute(
            "UPDATE person_fields SET sealed = (SELECT sealed FROM person_fields WHERE person_id = ? AND field = 'address')"
            " WHERE person_id = ? AND field = 'name'",
            (pupil_id, pupil_id),
        )
    with pytest.raises(Tampered):
        offices.vault.people([pupil_id])


def test_of_a_person_whose_key_is_destroyed_nothing_is_read(offices: Offices) -> None:
    offices.bring("registrar", roster(children(2)))
    erased, kept = offices.pupils()
    with offices.service.store.exclusive() as writer:
        writer.execute(f"DELETE FROM {SUBJECT_KEYS.name} WHERE subject_id = ?", (erased,))  # noqa: S608  own names
    offices.service.keyring.forget(erased)
    assert set(offices.vault.people([erased, kept])) == {kept}
    assert set(offices.vault.masked_names([erased, kept])) == {kept}


def test_a_page_of_masked_names_is_one_read_of_names(offices: Offices) -> None:
    offices.bring("registrar", roster(children(60)))
    names = offices.vault.masked_names([*offices.pupils(), "nobody"])
    assert len(names) == 60
    assert set(names.values()) == {"测*"}


def test_every_person_has_a_key_of_their_own(offices: Offices) -> None:
    offices.bring("registrar", roster(children(2)))
    with offices.service.engine.connect() as connection:
        owners = {row[0] for row in connection.execute(PERSON_FIELDS.select().with_only_columns(PERSON_FIELDS.c.person_id))}
        keys = {row[0] for row in connection.execute(SUBJECT_KEYS.select().with_only_columns(SUBJECT_KEYS.c.subject_id))}
    assert len(owners) == 4
    assert owners <= keys
