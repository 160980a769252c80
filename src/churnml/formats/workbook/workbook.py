"""The workbook put together: its sheets in order, each under a name that Excel takes."""

import io
from datetime import datetime

from churnml.formats.workbook.cell_style import Formats
from churnml.formats.workbook.legend import write_guide
from churnml.formats.workbook.sheet import write_sheet
from churnml.formats.workbook.sheet_names import sheet_names
from churnml.formats.workbook.sheets import GUIDE, as_shown, sheets
from churnml.list_snapshot import ListSnapshot
from churnml.text.width import plain


def to_xlsx(list_snapshot: ListSnapshot) -> bytes:
    """The list as an XLSX file, its bytes fixed by its content; a text is never a formula or a link."""
    from xlsxwriter import Workbook

    from churnml.formats.workbook.worksheet import ColumnWorksheet

    buffer = io.BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    list_snapshot = as_shown(list_snapshot)
    metadata = list_snapshot.metadata
    pages = sheets(list_snapshot)
    with Workbook(buffer, settings) as book:
        day = datetime.combine(metadata.as_of, datetime.min.time())
        title = f"{plain(metadata.book)}, {metadata.as_of}"
        book.set_properties({"title": title, "author": "churnml", "created": day})
        formats = Formats(book)
        # The guide's name is asked for first, so that a CSM who is called like it gets another.
        guide, *names = sheet_names([GUIDE, *(sheet.name for sheet in pages)])
        for name, sheet in zip(names, pages, strict=True):
            write_sheet(book.add_worksheet(name, ColumnWorksheet), sheet, formats)
        write_guide(book.add_worksheet(guide), list_snapshot, formats)
    return buffer.getvalue()
