"""What is sealed opens at its own place with the child's key, and nowhere else, and never again once the key is gone."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from services.chassis.envelope import Sealed
from services.chassis.errors import Misconfigured, Tampered
from services.chassis.sealing import Keyring, NewKeys, SubjectErased
from services.chassis.storage.sqlite_file import engine_for
from services.chassis.storage.tables import INDEX_KEYS, SUBJECT_KEYS
from services.chassis.wrapping import IndexKeyMoved, WrappingKeyMissing, WrappingKeys

OLD, MIDDLE, NEW = os.urandom(32), os.urandom(32), os.urandom(32)
TEXT = "母亲说下周一送孩子返校 𠮷"
PLACE = "visit-1/words"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = engine_for(tmp_path / "keys.sqlite")
    SUBJECT_KEYS.create(engine)
    INDEX_KEYS.create(engine)
    yield engine
    engine.dispose()


def seal(engine: sa.Engine, keyring: Keyring, subject_id: str = "p1", text: str = TEXT) -> Sealed[str]:
    """Seal and store the key as a committed turn does."""
    new = NewKeys()
    sealed = keyring.seal(subject_id, PLACE, text, new)
    with engine.begin() as connection:
        for row in new.rows:
            connection.execute(SUBJECT_KEYS.insert().values(**row))
    keyring.take_over(new)
    return sealed


def fresh(engine: sa.Engine, keys: Mapping[str, bytes] | None = None) -> Keyring:
    """The keyring of a new process, which holds nothing unwrapped."""
    return Keyring(engine, WrappingKeys(keys or {"old": OLD}))


def test_a_text_opens_at_its_place_also_in_the_next_process(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring)
    assert keyring.open(sealed, PLACE) == TEXT
    assert fresh(engine).open(sealed, PLACE) == TEXT
    assert TEXT not in sealed.text


def test_one_child_has_one_key_and_no_two_texts_look_alike(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    assert seal(engine, keyring).text != seal(engine, keyring).text
    assert seal(engine, fresh(engine)).key == "p1"
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(SUBJECT_KEYS)).scalar() == 1


@pytest.mark.parametrize("elsewhere", ["visit-1/answer", "visit-2/words", "", "visit-1/words "])
def test_a_text_does_not_open_at_another_place(engine: sa.Engine, elsewhere: str) -> None:
    keyring = fresh(engine)
    with pytest.raises(Tampered):
        keyring.open(seal(engine, keyring), elsewhere)


def test_a_text_does_not_open_as_another_childs(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    seal(engine, keyring, "p2")
    moved = msgspec.structs.replace(seal(engine, keyring, "p1"), key="p2")
    with pytest.raises(Tampered):
        keyring.open(moved, PLACE)


def test_any_changed_byte_is_noticed(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring)
    raw = base64.b64decode(sealed.text)
    for index in range(len(raw)):
        changed = raw[:index] + bytes([raw[index] ^ 1]) + raw[index + 1 :]
        with pytest.raises(Tampered):
            keyring.open(msgspec.structs.replace(sealed, text=base64.b64encode(changed).decode()), PLACE)


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "AAA", "\ud800"])
def test_what_is_no_ciphertext_at_all_is_called_tampered_with(engine: sa.Engine, text: str) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring)
    with pytest.raises(Tampered):
        keyring.open(msgspec.structs.replace(sealed, text=text), PLACE)
    with pytest.raises(Tampered):
        keyring.open(msgspec.structs.replace(sealed, text=sealed.text + "!"), PLACE)


def test_nothing_opens_once_the_key_is_destroyed(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring)
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.delete())
    keyring.forget("p1")
    for ring in (keyring, fresh(engine)):
        with pytest.raises(SubjectErased):
            ring.open(sealed, PLACE)


def test_a_page_shows_nothing_where_nothing_was_said_or_the_child_was_erased_and_only_there(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring)
    assert keyring.read(sealed, PLACE) == TEXT
    assert keyring.read(None, PLACE) is None
    with pytest.raises(Tampered):
        keyring.read(sealed, "visit-2/words")
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.update().values(wrapped_key=b""))
    assert fresh(engine).read(sealed, PLACE) is None


def test_of_a_destroyed_key_the_row_that_stays_keeps_a_second_one_from_being_made(engine: sa.Engine) -> None:
    sealed = seal(engine, fresh(engine))
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.update().values(wrapped_key=b""))
    ring = fresh(engine)
    ring.hold(["p1"])
    with pytest.raises(SubjectErased):
        seal(engine, ring)
    with pytest.raises(SubjectErased):
        ring.open(sealed, PLACE)


def test_a_wrong_wrapping_key_opens_nothing(engine: sa.Engine) -> None:
    sealed = seal(engine, fresh(engine))
    with pytest.raises(Tampered):
        fresh(engine, {"old": NEW}).open(sealed, PLACE)
    with pytest.raises(Misconfigured, match="old"):
        fresh(engine, {"new": NEW}).open(sealed, PLACE)


def test_a_wrapped_key_serves_only_its_own_child(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    sealed = seal(engine, keyring, "p1")
    seal(engine, keyring, "p2")
    with engine.begin() as connection:
        row = connection.execute(SUBJECT_KEYS.select().where(SUBJECT_KEYS.c.subject_id == "p2")).one()
        connection.execute(SUBJECT_KEYS.update().values(wrapped_key=row.wrapped_key))
    with pytest.raises(Tampered):
        fresh(engine).open(sealed, PLACE)


def test_a_new_wrapping_key_in_front_wraps_new_children_and_leaves_the_old_readable(engine: sa.Engine) -> None:
    sealed = seal(engine, fresh(engine), "p1")
    both = fresh(engine, {"new": NEW, "old": OLD})
    seal(engine, both, "p2")
    assert both.open(sealed, PLACE) == TEXT
    with engine.connect() as connection:
        used = dict(connection.execute(sa.select(SUBJECT_KEYS.c.subject_id, SUBJECT_KEYS.c.wrapping_key_id)).all())
    assert used == {"p1": "old", "p2": "new"}


def test_an_unknown_suite_is_a_matter_of_configuration(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    with pytest.raises(Misconfigured, match="SM4"):
        keyring.open(msgspec.structs.replace(seal(engine, keyring), suite="SM4GCM"), PLACE)


@pytest.mark.parametrize("keys", [{}, {"short": b"x" * 31}, {"good": OLD, "long": b"x" * 33}])
def test_a_wrapping_key_of_the_wrong_length_is_refused(keys: dict[str, bytes]) -> None:
    with pytest.raises(Misconfigured):
        WrappingKeys(keys)


def test_the_blind_index_is_stable_over_processes_and_new_wrapping_keys(engine: sa.Engine) -> None:
    index = fresh(engine).blind_index("phone", "13800000000")
    assert fresh(engine).blind_index("phone", "13800000000") == index
    assert fresh(engine, {"new": NEW, "old": OLD}).blind_index("phone", "13800000000") == index


def test_the_blind_index_differs_by_field_value_and_county(engine: sa.Engine) -> None:
    keyring = fresh(engine)
    index = keyring.blind_index("phone", "13800000000")
    assert keyring.blind_index("resident_id", "13800000000") != index
    assert keyring.blind_index("phone", "13800000001") != index
    assert fresh(engine, {"other": NEW}).blind_index("phone", "13800000000") != index


def test_keys_held_beforehand_open_and_seal_without_another_read(engine: sa.Engine) -> None:
    first = fresh(engine)
    texts = {subject_id: seal(engine, first, subject_id) for subject_id in ("p1", "p2")}
    later = fresh(engine)
    later.hold(["p1", "p2", "p3"])
    reads: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *asked: reads.append(asked[2]))
    assert {later.open(sealed, PLACE) for sealed in texts.values()} == {TEXT}
    new = NewKeys()
    later.seal("p3", PLACE, TEXT, new)
    assert [row["subject_id"] for row in new.rows] == ["p3"]
    assert reads == []


def test_who_was_without_a_key_is_looked_for_again_after_a_turn_that_failed(engine: sa.Engine) -> None:
    keyring, other = fresh(engine), fresh(engine)
    keyring.hold(["p1"])
    sealed = seal(engine, other)  # another process was first
    in_vain = NewKeys()
    keyring.seal("p1", PLACE, TEXT, in_vain)
    assert len(in_vain.rows) == 1  # its insert conflicts, and the turn is abandoned
    keyring.forget("p1")
    again = NewKeys()
    assert keyring.seal("p1", PLACE, TEXT, again).key == "p1"
    assert again.rows == []
    assert keyring.open(sealed, PLACE) == TEXT


def test_what_an_older_key_has_wrapped_is_wrapped_by_the_one_in_force_so_that_a_middle_one_may_go(engine: sa.Engine) -> None:
    middle, both = {"middle": MIDDLE, "old": OLD}, {"new": NEW, "old": OLD}
    sealed = {subject: seal(engine, fresh(engine, keys), subject) for subject, keys in (("p1", {"old": OLD}), ("p2", middle))}
    seal(engine, fresh(engine, middle), "erased")
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.update().where(SUBJECT_KEYS.c.subject_id == "erased").values(wrapped_key=b""))
    assert fresh(engine, {"new": NEW, **middle}).wrap_anew() == 2
    later = fresh(engine, both)
    later.must_open_what_is_there()
    assert {later.open(each, PLACE) for each in sealed.values()} == {TEXT}
    assert later.wrap_anew() == 0
    with pytest.raises(SubjectErased):
        later.seal("erased", PLACE, TEXT, NewKeys())


def test_a_damaged_key_is_told_and_keeps_no_other_from_being_wrapped_anew(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, told: list[Any]
) -> None:
    monkeypatch.setattr("services.chassis.sealing.KEYS_A_READ", 1)
    sealed = {subject: seal(engine, fresh(engine), subject) for subject in ("p3", "p1", "p2")}
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.update().where(SUBJECT_KEYS.c.subject_id == "p1").values(wrapped_key=b"damaged"))
    both = fresh(engine, {"new": NEW, "old": OLD})
    assert both.wrap_anew() == 2
    assert {fresh(engine, {"new": NEW}).open(sealed[subject], PLACE) for subject in ("p2", "p3")} == {TEXT}
    assert told == [
        {"event": "wrapped_key_damaged", "log_level": "error", "subject_id": "p1", "wrapping_key": "old"},
        {"event": "keys_wrapped_anew", "log_level": "info", "keys": 2, "wrapping_key": "new"},
    ]
    assert both.wrap_anew() == 0
    assert [line["event"] for line in told[2:]] == ["wrapped_key_damaged"]


def test_a_key_that_is_destroyed_while_keys_are_wrapped_anew_stays_destroyed(engine: sa.Engine) -> None:
    seal(engine, fresh(engine))
    both = fresh(engine, {"new": NEW, "old": OLD})

    def destroyed(*_checked_in: object) -> None:
        with engine.begin() as connection:
            connection.execute(SUBJECT_KEYS.update().values(wrapped_key=b""))

    sa.event.listen(engine, "checkin", destroyed, once=True)
    both.wrap_anew()
    with pytest.raises(SubjectErased):
        both.seal("p1", PLACE, TEXT, NewKeys())


@pytest.mark.parametrize("keys", [{"new": NEW}, {"old": OLD, "new": NEW}], ids=["taken away", "in another order"])
def test_the_oldest_key_is_known_again_by_its_id_and_missed_where_it_is_not_the_last(
    engine: sa.Engine, keys: dict[str, bytes]
) -> None:
    fresh(engine).must_open_what_is_there()
    fresh(engine, {"new": NEW, "old": OLD}).must_open_what_is_there()
    with pytest.raises(IndexKeyMoved if "old" in keys else WrappingKeyMissing) as told:
        fresh(engine, keys).must_open_what_is_there()
    zh, en = str(told.value).split("\n")
    assert "包装密钥 old" in zh
    assert "the wrapping key old" in en
    fresh(engine).must_open_what_is_there()


def test_of_two_that_are_the_first_on_new_data_with_different_keys_one_is_refused(engine: sa.Engine) -> None:
    sa.event.listen(engine, "checkin", lambda *_: fresh(engine, {"new": NEW}).must_open_what_is_there(), once=True)
    with pytest.raises(WrappingKeyMissing, match="wrapping key new"):
        fresh(engine).must_open_what_is_there()


def test_keys_that_do_not_open_what_is_there_are_told_before_anything_is_sealed_with_them(engine: sa.Engine) -> None:
    sealed = seal(engine, fresh(engine))
    for enough in ({"old": OLD}, {"new": NEW, "old": OLD}):
        fresh(engine, enough).must_open_what_is_there()
    strange = fresh(engine, {"new": NEW})
    with pytest.raises(WrappingKeyMissing) as told:
        strange.must_open_what_is_there()
    with pytest.raises(WrappingKeyMissing):
        strange.open(sealed, PLACE)
    zh, en = str(told.value).split("\n")
    assert "包装密钥 old" in zh
    assert "the wrapping key old" in en
    assert "put those back that were kept" in en
    with engine.begin() as connection:
        connection.execute(SUBJECT_KEYS.update().values(wrapped_key=b""))
        connection.execute(INDEX_KEYS.delete())
    strange.must_open_what_is_there()
