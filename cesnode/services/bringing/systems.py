"""Which systems communities come from, and what reads the tables of each."""

from __future__ import annotations

from enum import StrEnum

from cesnode.errors import FileInvalid
from cesnode.formats import ces_v1, ces_v2
from cesnode.formats.brought import Problems, Wanted
from cesnode.formats.bundle import Bundle
from cesnode.formats.bundle_columns import REQUIRED
from cesnode.formats.ces_v1 import CesV1
from cesnode.formats.ces_v2 import CesV2
from cesnode.formats.elas import Elas, is_elas
from cesnode.formats.foreign import Foreign
from cesnode.formats.integralces import IntegralCes, is_integralces
from cesnode.formats.sheets import MEMBERS, Sheets
from cesnode.formats.timeoverflow import TimeOverflow, is_timeoverflow
from cesnode.formats.timeoverflow_reports import TimeOverflowReports, is_reports
from cesnode.services.bringing.files import Tables


class System(StrEnum):
    CES = "ces"
    INTEGRALCES = "integralces"
    BUNDLE = "bundle"
    CSV = "csv"


def reader_of(
    tables: Tables, system: System, problems: Problems, wanted: Wanted
) -> Foreign:
    """Return what reads the tables.

    Raises:
        FileInvalid: they are not of this system; it says if they are of another.

    """
    match system:
        case System.BUNDLE:
            _require(tables, system, *REQUIRED)
            return Bundle(tables, problems)
        case System.CSV:
            return _tables_of(tables, problems, wanted)
        case System.CES | System.INTEGRALCES:
            return _ces(tables, system, problems)


def _ces(tables: Tables, system: System, problems: Problems) -> Foreign:
    if ces_v2.EXCHANGES in tables.names:
        return CesV2(tables, problems)
    _require(tables, system, ces_v1.SETTINGS, ces_v1.USERS)
    if system is System.INTEGRALCES or is_integralces(tables):
        return IntegralCes(tables, problems)
    return CesV1(tables, problems)


def _tables_of(tables: Tables, problems: Problems, wanted: Wanted) -> Foreign:
    if is_elas(tables):
        return Elas(tables, problems, wanted)
    if is_reports(tables):
        return TimeOverflowReports(tables, problems, wanted)
    if is_timeoverflow(tables):
        return TimeOverflow(tables, problems, wanted)
    _require(tables, System.CSV, MEMBERS)
    return Sheets(tables, problems, wanted)


def _require(tables: Tables, system: System, *names: str) -> None:
    for name in names:
        if name not in tables.names:
            other = _looks_like(tables)
            hint = f"; by their names these tables are {other}" if other else ""
            reason = "it is missing" + ("" if other is system else hint)
            raise FileInvalid(file=name, reason=reason)


def _looks_like(tables: Tables) -> System | None:
    names = set(tables.names)
    if {ces_v1.SETTINGS, ces_v1.USERS} <= names or ces_v2.EXCHANGES in names:
        return System.CES
    if set(REQUIRED) <= names:
        return System.BUNDLE
    theirs = (is_elas, is_reports, is_timeoverflow)
    if MEMBERS in names or any(is_it(tables) for is_it in theirs):
        return System.CSV
    return None
