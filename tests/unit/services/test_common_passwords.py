"""What is tried first is no password; what people make up is."""

from __future__ import annotations

import pytest

from cesnode.services.common_passwords import is_common


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password1!", "P@ssw0rd", "passwort2024", "contraseña", "iloveyou",
        "12345678", "87654321", "11111111", "12341234", "abcabcabc", "qwertyuiop",
        "1q2w3e4r", "zaq1xsw2", "football99", "liverpool1", "letmein!!", "qwerty123",
        "abcd1234", "dragon-123", "monkeymonkey", "Willkommen1", "cesnode1", "sunshine7",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse", "three brown hens", "liverpool and eggs", "9847362514love",
        "kX7-vv2-qQ9", "Морковь и хлеб", "خبز وبيض كل يوم", "hen-oak-bag", "ostra-wem-27",
    ],
)  # fmt: skip
def test_what_somebody_made_up_is_let_pass(password: str) -> None:
    assert not is_common(password)
