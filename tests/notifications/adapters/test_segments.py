"""What the networks bill."""

from __future__ import annotations

import pytest

from services.notifications.adapters.segments import segments

SIGNATURE = "【县教育局】"


@pytest.mark.parametrize(("characters", "billed"), [(64, 1), (65, 2), (128, 2), (129, 3), (494, 8)], ids=str)
def test_up_to_seventy_characters_are_one_segment_else_sixty_seven_each_signature_included(characters: int, billed: int) -> None:
    assert segments(SIGNATURE + "字" * characters) == billed


def test_latin_letters_count_like_hanzi_because_of_the_signature() -> None:
    assert segments(SIGNATURE + "a" * 65) == 2


def test_a_hanzi_beyond_the_bmp_is_never_cut_in_two() -> None:
    assert segments(SIGNATURE + "字" * 62 + "𠮷") == 1
    assert segments(SIGNATURE + "字" * 63 + "𠮷") == 2
