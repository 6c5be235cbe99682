"""Where somebody is named on a page, and what is wrong with that."""

from __future__ import annotations

from cesnode.web.forms import Form

WHO = "other"
"""The field in which somebody is named; people of late are radio buttons called `to`."""
_CALLED = ("who", "seller", "buyer")


def typed(form: Form) -> str:
    """Return whom somebody named, by typing or by choosing."""
    return form.value(WHO).strip() or form.value("to")


def name_the_person(form: Form) -> None:
    """Put what is wrong with a person, whatever services call it, at our field."""
    for name in _CALLED:
        if name in form.errors:
            form.refuse(WHO, form.errors.pop(name))
