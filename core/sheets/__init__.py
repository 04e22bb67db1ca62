"""Reading the tables people give us: csv and xlsx, as they really come."""

from core.sheets.columns import Column, Row
from core.sheets.reader import Sheet, open_sheet, read_sheet

__all__ = ["Column", "Row", "Sheet", "open_sheet", "read_sheet"]
