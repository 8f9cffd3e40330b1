"""The rules as a Word document that an enterprise goes on working with: .docx by python-docx."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from engine.rulebook.wording import Article, Table, Wording, numeral
from engine.values.signs import writable
from web.rules_paper import Issue

TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The faces of Chinese documents; a machine without them takes its own.
_BODY: Final = ("Times New Roman", "仿宋")
_HEAD: Final = ("Arial", "黑体")
_TITLE: Final = ("Arial", "宋体")
#: A4 with the margins of the page, in centimetres.
_PAGE: Final = (21.0, 29.7)
_MARGINS: Final = (2.6, 2.4)


def rules_document(wording: Wording, issue: Issue, created: datetime) -> bytes:
    """Give the rules as .docx: headings, numbered articles, tables, a place to sign."""
    document = Document()
    _set_page(document)
    _set_styles(document)
    properties = document.core_properties
    properties.title, properties.author = writable(wording.title), writable(wording.issuer)
    properties.language, properties.comments = "zh-CN", ""
    properties.created = properties.modified = created.replace(tzinfo=None)
    _front(document, wording, issue)
    for chapter in wording.chapters:
        _say(document, chapter.title, "Heading 1")
        for article in chapter.articles:
            _put_article(document, article)
    _signing(document, issue)
    for appendix in wording.appendices:
        heading = _say(document, appendix.name, "Heading 1")
        heading.paragraph_format.page_break_before = appendix is wording.appendices[0]
        _put_table(document, appendix.table)
        if appendix.note:
            _say(document, appendix.note, "Note")
    _say(document, wording.source, "Note")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(length) for length in _PAGE)
    section.top_margin = section.bottom_margin = Cm(_MARGINS[0])
    section.left_margin = section.right_margin = Cm(_MARGINS[1])
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("— ", "PAGE", " / ", "NUMPAGES", " —"):
        run = footer.add_run("" if piece.isupper() else piece)
        if piece.isupper():
            _field(run, piece)


def _set_styles(document: Any) -> None:
    styles = document.styles
    _face(styles["Normal"], _BODY, 12)
    _spaced(styles["Normal"], 0, 4, 1.5)
    _face(styles["Title"], _TITLE, 20, bold=True)
    _spaced(styles["Title"], 6, 8, 1.3, WD_ALIGN_PARAGRAPH.CENTER)
    _no_border(styles["Title"])
    _face(styles["Heading 1"], _HEAD, 14)
    _spaced(styles["Heading 1"], 14, 6, 1.3)
    styles["Heading 1"].paragraph_format.keep_with_next = True
    for name, base, size in (("Article", "Normal", 12), ("Item", "Normal", 12),
                             ("Cell", "Normal", 9), ("Note", "Normal", 9)):  # fmt: skip
        style = styles.add_style(name, 1)
        style.base_style = styles[base]
        _face(style, _BODY, size)
    _spaced(styles["Cell"], 2, 2, 1.15)
    for name in ("Article", "Item"):
        _indent(styles[name], 2, 12)


def _face(style: Any, face: tuple[str, str], size: int, *, bold: bool = False) -> None:
    font = style.font
    font.name, font.size, font.bold = face[0], Pt(size), bold
    font.italic, font.color.rgb = False, None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), face[1])
    color = style.element.rPr.find(qn("w:color"))
    if color is not None:
        style.element.rPr.remove(color)
    language = style.element.rPr.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        style.element.rPr.append(language)
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _spaced(
    style: Any, before: int, after: int, line: float, align: Any = WD_ALIGN_PARAGRAPH.LEFT
) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
    # Never justified: Chinese and Latin in one line would be pulled apart.
    form.alignment = align


def _indent(style: Any, characters: int, size: int) -> None:
    """Begin paragraphs so many characters in; who does not know characters takes the points."""
    style.paragraph_format.first_line_indent = Pt(characters * size)
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))


def _no_border(style: Any) -> None:
    border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        style.element.pPr.remove(border)


def _front(document: Any, wording: Wording, issue: Issue) -> None:
    _say(document, wording.issuer, "Title")
    _say(document, wording.title, "Title")
    line = _say(document, issue.line, "Normal")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _put_article(document: Any, article: Article) -> None:
    paragraph = document.add_paragraph(style="Article")
    number = paragraph.add_run(f"{article.name}　")
    number.bold = True
    paragraph.add_run(writable(article.text))
    for at, item in enumerate(article.items, start=1):
        _say(document, f"（{numeral(at)}）{item}", "Item")
    if article.table is not None:
        paragraph.paragraph_format.keep_with_next = True
        _put_table(document, article.table)


def _put_table(document: Any, table: Table) -> None:
    room = _PAGE[0] - 2 * _MARGINS[1]
    made = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    made.autofit = False
    for at, row in enumerate((table.head, *table.rows)):
        cells = made.add_row().cells
        for cell, text, width in zip(cells, row, table.widths, strict=True):
            cell.width = Cm(room * width / 100)
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles["Cell"]
            paragraph.add_run(writable(text)).bold = at == 0
        _keep_row(made.rows[-1], is_head=at == 0)
    for column, width in zip(made.columns, table.widths, strict=True):
        column.width = Cm(room * width / 100)
    _say(document, "", "Cell")


def _keep_row(row: Any, *, is_head: bool) -> None:
    """Keep a row on one page; let the head stand again on each."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if is_head else ())):
        properties.append(OxmlElement(name))


def _signing(document: Any, issue: Issue) -> None:
    for text in ("", *issue.signing):
        paragraph = _say(document, text, "Normal")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(14)


def _say(document: Any, text: str, style: str) -> Any:
    return document.add_paragraph(writable(text), style=style)


def _field(run: Any, name: str) -> None:
    """Put a field into a run: PAGE or NUMPAGES, counted by whoever shows the document."""
    pieces: Sequence[tuple[str, str]] = (("begin", ""), ("", name), ("separate", ""), ("end", ""))
    for kind, text in pieces:
        if kind:
            piece = OxmlElement("w:fldChar")
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece = OxmlElement("w:instrText")
            piece.set(qn("xml:space"), "preserve")
            piece.text = text
        run._r.append(piece)
