from pathlib import Path

import pytest

from services.chassis.files import put_once
from services.chassis.keys import KeyLost, Keys


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path: Path) -> None:
    first = Keys(tmp_path / "keys")
    again = Keys(tmp_path / "keys")
    assert again.wrapping.current == first.wrapping.current
    assert again.token_pem == first.token_pem
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["wrapping.key", "checkpoint.pem", "token.pem"])
def test_a_lost_key_is_not_replaced_beside_data_that_need_it(tmp_path: Path, name: str) -> None:
    Keys(tmp_path / "keys")
    (tmp_path / "registry.sqlite").touch()
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(KeyLost, match=name):
        Keys(tmp_path / "keys")


def test_of_two_who_make_a_file_one_wins(tmp_path: Path) -> None:
    assert put_once(tmp_path / "x", b"mine") == b"mine"
    assert put_once(tmp_path / "x", b"yours") == b"mine"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
