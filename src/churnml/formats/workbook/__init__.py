"""The list as a spreadsheet: what each sheet says, how it looks, how it is written."""

from churnml.formats.workbook.workbook import to_xlsx

__all__ = ["to_xlsx"]
