"""Tables as files: XLSX and CSV that no spreadsheet program ever runs. Text stays text, dates are dates."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # tells Excel that this is UTF-8
_FORMULA = tuple("=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                 "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
CELL_LIMIT = 32_767  # characters, of Excel
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Value = str | date | int | Decimal | None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: a line of headings, and rows that are read as they are written."""

    name: str  # at most 31 characters, and none of []:*?/\
    headings: Sequence[str]
    widths: Sequence[int]  # characters
    rows: Iterable[Sequence[Value]]
    has_filter: bool = True


# --- CSV ------------------------------------------------------------------------------------------


class _Line:
    """What csv.writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Dates as 2026-11-25: every spreadsheet takes them for dates, and they sort as text, too."""
    writer = csv.writer(_Line(), delimiter=";")
    yield f"{BYTE_ORDER_MARK}{writer.writerow(headings)}"
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))


def cell(value: Value) -> str:
    """``value`` as text. One that a spreadsheet would take for a formula gets an apostrophe before it.

    The apostrophe is the spreadsheets' own sign for "this is text"; the text after it is as it was typed.
    """
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    is_formula = text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_formula else text


# --- XLSX -----------------------------------------------------------------------------------------


def workbook(sheets: Iterable[Sheet]) -> IO[bytes]:
    """A workbook in a temporary file that goes with its last reader."""
    import xlsxwriter  # large, and needed here only

    file = TemporaryFile()  # noqa: SIM115 -- the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        as_date = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        as_decimal = book.add_format({"num_format": "0.00"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            _set_up(page, sheet)
            page.write_row(0, 0, sheet.headings, bold)
            last = 0
            for last, row in enumerate(sheet.rows, start=1):
                for number, value in enumerate(row):
                    _write(page, last, number, value, as_date, as_decimal)
            if sheet.has_filter:
                page.autofilter(0, 0, last, len(sheet.headings) - 1)
    file.seek(0)
    return file


def _set_up(page: Any, sheet: Sheet) -> None:
    """Widths of the columns, a first line and column that stay in sight, and A4 across on paper."""
    for number, width in enumerate(sheet.widths):
        page.set_column(number, number, width)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write(page: Any, row: int, column: int, value: Value, as_date: Any, as_decimal: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(row, column, value, as_date)
    elif isinstance(value, Decimal):
        page.write_number(row, column, value, as_decimal)
    elif isinstance(value, int):
        page.write_number(row, column, value)
    elif value:
        page.write_string(row, column, value[:CELL_LIMIT])
