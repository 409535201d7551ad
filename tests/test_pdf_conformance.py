"""The printed report is PDF/A-2a and PDF/UA-1, and a file that is not would be found out."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pdf_faults import _elements, faults

SAMPLES = ["全零", "七位数", "长文", "图表", "怪字", "草稿"]


@pytest.mark.parametrize("word", SAMPLES)
def test_nothing_keeps_the_report_from_conforming(word, publishable):
    assert faults(publishable[word] / "report.pdf") == []


def without(key):
    def spoil(pdf):
        del pdf.Root[key]

    return spoil


def each(test):
    def wrap(change):
        def spoil(pdf):
            for one in pdf.objects:
                if isinstance(one, Dictionary) and test(one):
                    change(one)

        return spoil

    return wrap


def first(kind):
    def wrap(change):
        def spoil(pdf):
            root = pdf.Root.StructTreeRoot
            change(next(one for one in _elements(root) if one["/S"] == Name(kind)))

        return spoil

    return wrap


def drop(*keys):
    def change(one):
        for key in keys:
            if key in one:
                del one[key]

    return change


def script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def untagged(pdf):
    pdf.pages[0].contents_add(b"q 0 0 10 10 re f Q")


def red(pdf):
    del pdf.Root["/OutputIntents"]
    pdf.pages[0].contents_add(b"q 1 0 0 rg Q")


def title(pdf):
    pdf.docinfo["/Title"] = "别的标题"


def deeper(one):
    one["/S"] = Name("/H3")


def wider(one):
    one["/A"] = Array([Dictionary(O=Name.Table, ColSpan=2)])


SPOILT = {
    "XMP": without("/Metadata"),
    "language": without("/Lang"),
    "structure": without("/StructTreeRoot"),
    "marked": without("/MarkInfo"),
    "bookmarks": without("/Outlines"),
    "title is not displayed": without("/ViewerPreferences"),
    "not embedded": each(lambda o: o.get("/Type") == Name.FontDescriptor)(
        drop("/FontFile", "/FontFile2", "/FontFile3")
    ),
    "no Unicode": each(lambda o: "/ToUnicode" in o)(drop("/ToUnicode")),
    "colours of a device": red,
    "action": script,
    "untagged": untagged,
    "two ways": title,
    "without words": first("/Figure")(drop("/Alt")),
    "heading /H3": first("/H1")(deeper),
    "does not close": first("/TD")(wider),
    "without heads": first("/TD")(drop("/A")),
    "heads that there are not": first("/TH")(drop("/ID")),
}


@pytest.mark.parametrize("said", SPOILT)
def test_what_does_not_conform_is_found_out(said, publishable, tmp_path):
    file = tmp_path / "spoilt.pdf"
    with pikepdf.open(publishable["图表"] / "report.pdf") as pdf:
        SPOILT[said](pdf)
        pdf.save(file)
    assert any(said in fault for fault in faults(file))
