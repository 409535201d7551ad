"""What stands around the text of a Word file: page numbers, watermark, properties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from docx.oxml.parser import parse_xml

from helpers.exporters import docx_package
from helpers.exporters.document import Document
from helpers.exporters.docx_runs import Look, make, run


def number_pages(word: Any) -> None:
    """— 1 — at the outer edge: at the right of odd pages, at the left of even ones."""
    (section,) = word.sections
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]._p
        paragraph.clear_content()
        paragraph.style = "Footer"
        paragraph.get_or_add_pPr().append(make("jc", val=side))
        paragraph.append(run("— "))
        paragraph.append(make("fldSimple", run("1"), instr="PAGE"))
        paragraph.append(run(" —"))


def watermark(word: Any) -> None:
    """The word 草稿 across every page, behind the text."""
    (section,) = word.sections
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        element = header._element
        for child in list(element):
            element.remove(child)
        element.append(parse_xml(docx_package.part("watermark.xml")))


def describe(word: Any, document: Document) -> None:
    """The properties of the file; its dates are the report's, never the clock's."""
    properties = word.core_properties
    published = document.published
    day = (
        datetime(published.year, published.month, published.day)  # noqa: DTZ001  # no time zone
        if published
        else datetime(document.year or 2000, 12, 31)  # noqa: DTZ001
    )
    # The standard allows 255 characters each.
    title = f"草稿：{document.title}" if document.draft else document.title
    properties.title = title[:255]
    properties.subject = (document.subject or document.title)[:255]
    properties.author = document.agency[:255]
    properties.last_modified_by = document.agency[:255]
    properties.category = "政府信息公开工作年度报告"
    properties.content_status = "草稿" if document.draft else "正式"
    properties.language = "zh-CN"
    properties.revision = 1
    properties.created = properties.modified = day


def problems(document: Document) -> list[Any]:
    """The list of findings that stands at the front of a draft, as ``w:p`` elements."""
    paragraphs = [_paragraph("DraftHead", run("草稿：以下问题尚待处理"))]
    strong = Look("Strong")
    for problem in document.problems:
        mark = [run(problem.number, Look("ProblemMark")), run(" ")] if problem.number else []
        label = run(f"{problem.severity} {problem.rule}".strip(), strong)
        paragraphs.append(_paragraph("DraftProblem", *mark, label, run(f"　{problem.message}")))
    if not document.problems:
        paragraphs.append(_paragraph("DraftProblem", run("没有尚待处理的问题。")))
    if document.explanations:
        paragraphs.append(_paragraph("DraftProblem", run("已作说明的问题", strong)))
    for explanation in document.explanations:
        words = run(f"　{explanation.message}\n说明：{explanation.reason}")
        paragraphs.append(_paragraph("DraftProblem", run(explanation.rule, strong), words))
    paragraphs.append(_paragraph("AfterTable"))
    return paragraphs


def _paragraph(style: str, *runs: Any) -> Any:
    return make("p", make("pPr", make("pStyle", val=style)), *runs)
