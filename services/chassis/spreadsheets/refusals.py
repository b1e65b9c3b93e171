"""Why an uploaded file is not read at all: one class a reason, each with the sentence that a clerk gets.

What is wrong *inside* a readable file is not a refusal but a finding, row by row (findings of the service that reads it).
"""

from __future__ import annotations

from services.chassis.errors import FieldError, FormRejected


class FileNotReadable(FormRejected):
    """The file cannot be read as a table; each reason is a class of its own."""

    zh = "文件无法读取。"
    en = "The file cannot be read."

    def __init__(self, **facts: object) -> None:
        super().__init__(FieldError("file", self.zh.format(**facts), self.en.format(**facts)), **facts)


class FileEmpty(FileNotReadable):
    """Nothing was uploaded."""

    zh = "文件是空的。请上传.xlsx工作簿，或UTF-8、GB18030编码的.csv文件。"
    en = "The file is empty. Accepted: an .xlsx workbook, or a .csv file in UTF-8 or GB18030."


class FileTooLarge(FileNotReadable):
    """More rows, columns or bytes than a list of this kind can have; also what unpacks to far more than it seems."""

    zh = "文件过大：每个文件最多{rows}行、{columns}列，解压后最多{megabytes}MB。请按学校或年级拆分后上传。"
    en = "The file is too large: at most {rows} rows, {columns} columns and {megabytes} MB unpacked. Split it by school or grade."


class FileTakesTooLong(FileNotReadable):
    """Reading was given up."""

    zh = "文件读取超时。请用表格软件另存为新的.xlsx或.csv文件后再上传。"
    en = "Reading the file took too long. Save it anew as .xlsx or .csv and upload that."


class WorkbookLocked(FileNotReadable):
    """The workbook is protected by a password."""

    zh = "工作簿有密码保护。请取消密码后再上传。"
    en = "The workbook is protected by a password. Remove the password and upload it again."


class WorkbookOfOldFormat(FileNotReadable):
    """A .xls workbook of before 2007."""

    zh = "不接受.xls旧格式。请用表格软件另存为.xlsx后上传。"
    en = "The old .xls format is not accepted. Save the workbook as .xlsx."


class WorkbookCorrupt(FileNotReadable):
    """The workbook is damaged, or is no workbook."""

    zh = "工作簿已损坏，或不是.xlsx文件。请用表格软件打开后另存为.xlsx再上传。"
    en = "The workbook is damaged or is no .xlsx file. Open it in a spreadsheet program and save it as .xlsx."


class SheetMissing(FileNotReadable):
    """The workbook lacks a sheet that this kind of file has."""

    zh = "工作簿中没有名为“{sheet}”的工作表。"
    en = "The workbook has no sheet named {sheet}."


class EncodingUnknown(FileNotReadable):
    """The bytes of a CSV file are neither UTF-8 nor GB18030."""

    zh = "文件编码既不是UTF-8也不是GB18030。请另存为“CSV UTF-8”后上传。"
    en = "The file is encoded neither in UTF-8 nor in GB18030. Save it as CSV UTF-8."


class TableMalformed(FileNotReadable):
    """A CSV file whose quotes or cells cannot be told apart."""

    zh = "第{row}行不符合CSV格式（引号未闭合、单元格过长或含控制字符）。"
    en = "Row {row} is not valid CSV (an open quote, an over-long cell or a control character)."
