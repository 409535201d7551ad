"""How checks look: in the notebook as HTML, in a terminal as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from helpers import grid_html
from helpers.grid import Grid
from helpers.report import Report
from helpers.rules import STATE_WORDS, Finding, Result, summary

STYLE = """<style>
.nb table {border-collapse: collapse !important; font-size: 13px; line-height: 1.5; margin: 0;}
.nb tr {background: none !important;}
.nb th, .nb td {border: 1px solid #8888 !important; padding: 2px 8px !important;
  text-align: center !important; max-width: none !important;}
.nb .nb-list th, .nb .nb-list td {text-align: left !important; vertical-align: top;}
.nb .nb-short {white-space: nowrap;}
.nb .marked {outline: 2px solid #c0392b; outline-offset: -2px; font-weight: 600;}
.nb .marked sup {color: #c0392b;}
.nb .nb-verdict {font-size: 15px; font-weight: 600; margin: 0 0 6px;}
.nb .nb-bad {color: #c0392b;} .nb .nb-good {color: #1e7e45;}
.nb summary {cursor: pointer;}
</style>"""
"""Style of everything shown in the notebook; JupyterLab's own table rules are outweighed."""


def verdict(name: str, part: Result) -> str:
    """One line: what there is to do, and the counts behind it."""
    stop = f"有 {len(part.blocking)} 处错误须先改正" if part.blocking else "可以生成"
    return f"{name}：{stop}（{summary(part)}）"


def check_html(name: str, part: Result, numbers: Mapping[Finding, str], marked: Grid | None) -> str:
    """The checks of one table: verdict, findings, the table with marks, the rules that passed."""
    sign, css = ("✗", "nb-bad") if part.blocking else ("✓", "nb-good")
    blocks = [f'<p class="nb-verdict {css}">{sign} {escape(verdict(name, part))}</p>']
    if part.findings:
        blocks.append(_findings_table(part, numbers))
    if marked is not None:
        opened = " open" if any(f in numbers for f in part.failures) else ""
        table = grid_html.write(marked, prefix=f"核对{marked.name}")
        blocks.append(
            f"<details{opened}><summary>{escape(name)}（有问题的格带编号）</summary>{table}</details>"
        )
    blocks.append(_rules_table(part))
    return f'{STYLE}<div class="nb">{"".join(blocks)}</div>'


def table_html(table: Grid) -> str:
    """A statutory table as the notebook shows it."""
    return f'{STYLE}<div class="nb">{grid_html.write(table, prefix=f"表{table.name}")}</div>'


def _findings_table(part: Result, numbers: Mapping[Finding, str]) -> str:
    rows = []
    for finding in part.findings:
        reason = f"<br>说明：{escape(finding.explanation)}" if finding.explained else ""
        number = numbers.get(finding, "")
        rows.append(
            f'<tr><td class="nb-short">{number} {escape(finding.level)}</td>'
            f'<td class="nb-short">{finding.rule}</td>'
            f"<td>{escape(finding.full_message)}{reason}</td></tr>"
        )
    head = "<tr><th>级别</th><th>规则</th><th>问题</th></tr>"
    return f'<table class="nb-list"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'


def _rules_table(part: Result) -> str:
    short = '<td class="nb-short">'
    rows = "".join(
        f"<tr>{short}{STATE_WORDS[o.state]}</td>{short}{o.rule.id}</td>"
        f"<td>{escape(o.rule.sentence)}</td></tr>"
        for o in part.outcomes
    )
    head = "<tr><th>结果</th><th>规则</th><th>要求</th></tr>"
    table = f'<table class="nb-list"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    return f"<details><summary>全部 {len(part.outcomes)} 条规则</summary>{table}</details>"


def check_text(name: str, part: Result, numbers: Mapping[Finding, str]) -> str:
    """The checks of one table for a terminal."""
    return "\n".join((verdict(name, part), *finding_lines(part, numbers)))


def finding_lines(part: Result, numbers: Mapping[Finding, str]) -> Iterator[str]:
    """A line for each finding."""
    for finding in part.findings:
        reason = f"　说明：{finding.explanation}" if finding.explained else ""
        number = numbers.get(finding, "")
        yield f"  {number}{finding.level} {finding.rule}　{finding.full_message}{reason}"


def stop_lines(name: str, part: Result, numbers: Mapping[Finding, str]) -> tuple[str, ...]:
    """What the notebook says when errors stop it."""
    lines = [f"{name}有 {len(part.blocking)} 处错误，报告到此为止："]
    lines += [f"  {numbers.get(f, '')}{f.rule}　{f.full_message}" for f in part.blocking]
    lines.append(
        "请改正参数文件后重新运行；要先看成品，把参数 draft 设为 True（成品带“草稿”字样）。"
    )
    return tuple(lines)


def opened_html(report: Report, origin: str, *, draft: bool) -> str:
    """What was opened, shown under the loading cell."""
    rows = {
        "报告": report.title,
        "格式": f"{report.format.code} 年格式（{report.format.notice.number}）",
        "数字": f"{len(report.figures)} 格已填，{len(report.format.slots)} 格在表中",
        "来源": origin,
    }
    if draft:
        rows["草稿"] = "有错误也生成，成品带“草稿”字样和问题清单"
    body = "".join(f"<tr><th>{k}</th><td>{escape(v)}</td></tr>" for k, v in rows.items())
    return f'{STYLE}<div class="nb"><table class="nb-list"><tbody>{body}</tbody></table></div>'
