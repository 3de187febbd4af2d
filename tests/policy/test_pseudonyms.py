from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raters.policy import RANDOM_BYTES, pseudonym

_RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


def test_known_bytes_give_known_names() -> None:
    assert pseudonym("R", bytes(5)) == "R-00000000"
    assert pseudonym("S", b"\xff" * 5) == "S-ZZZZZZZZ"
    assert pseudonym("R", bytes([0, 0, 0, 0, 33])) == "R-00000011"


@given(random_bytes=_RANDOM)
def test_a_name_is_made_of_characters_that_are_not_misread(random_bytes: bytes) -> None:
    prefix, _, name = pseudonym("S", random_bytes).partition("-")
    assert (prefix, len(name)) == ("S", 8)
    assert not set(name) & set("ILOU")
    assert name.isalnum()
    assert name == name.upper()


@given(one=_RANDOM, other=_RANDOM)
def test_different_bytes_give_different_names(one: bytes, other: bytes) -> None:
    assert (pseudonym("R", one) == pseudonym("R", other)) == (one == other)


@pytest.mark.parametrize("size", [0, 4, 6])
def test_another_number_of_bytes_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"takes 5 random bytes, not {size}"):
        pseudonym("R", bytes(size))
