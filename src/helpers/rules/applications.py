"""表三, requests received and how they ended (T3-01 … T3-09)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from helpers.formats import Block, Ref, Table
from helpers.percent import percent
from helpers.rules import words
from helpers.rules.catalogue import relation_rule, rule
from helpers.rules.model import Case, Finding, Severity
from helpers.rules.relations import Held

relation_rule(
    "T3-01",
    Severity.ERROR,
    "三",
    "每一行的总计等于六类申请人之和",
    "总计 = 自然人 + 商业企业 + 科研机构 + 社会公益组织 + 法律服务机构 + 其他",
)
relation_rule(
    "T3-02",
    Severity.ERROR,
    "三",
    "每一列的（七）总计等于（一）至（六）各行之和",
    "（七）总计 = （一）+（二）+（三）各项 +（四）各项 +（五）各项 +（六）各项",
)
relation_rule(
    "T3-03",
    Severity.ERROR,
    "三",
    "每一列第一项加第二项之和等于第三项加第四项之和",
    "本年新收 + 上年结转 = （七）总计 + 结转下年度",
)


def _crossed(table: Table) -> Block | None:
    """The block that has both a total row and a total column."""
    return next((b for b in table.blocks if b.total_rows and b.total_columns), None)


@rule(
    "T3-04",
    Severity.ERROR,
    "三",
    "（七）总计一行横加与总计一列竖加相等",
    "Σ（七）总计各列 = Σ（一）至（六）各行总计",
)
def margins(case: Case) -> Iterator[Finding] | None:
    """The grand total added across equals the one added down."""
    table = case.format.table("三")
    block = _crossed(table)
    return _margins(case, table, block) if block else None


def _margins(case: Case, table: Table, block: Block) -> Iterator[Finding]:
    (total_column,), (total_row,) = block.total_columns, block.total_rows
    column_rule = next(r for r in block.relations if r.total and r.each == "column")
    across = [table.by_key[total_row, c.key or ""] for c in block.inputs]
    down = [table.by_key[t.key, total_column] for t in column_rule.right]
    corner = table.by_key[total_row, total_column]
    if any(ref in case.faulty for ref in (*across, *down)):
        text = "横加或竖加的数中有空白或有误的格，改正后再核对。"
        yield Finding("T3-04", text, state="not_assessable")
        return
    sums = case.figures.total(across), case.figures.total(down)
    if sums[0] is None or sums[1] is None:
        yield Finding("T3-04", "横加或竖加的数不全，无法核对。", state="not_assessable")
    elif sums[0] != sums[1]:
        mine = {"T3-01", "T3-02"}
        leader = next((h for h in case.diagnosis.held if h.broken and h.rule in mine), None)
        if leader:
            text = f"横加与竖加不等，已由 {leader.rule} 指出，改正后再核对。"
            yield Finding("T3-04", text, state="not_assessable")
            return
        a, d = words.amount(sums[0]), words.amount(sums[1])
        row, column = words.row(corner), corner.column
        text = f"{table.name}“{row}”一行横加得 {a}，“{column}”一列各行竖加得 {d}，"
        text += f"相差 {words.amount(abs(sums[0] - sums[1]))}。"
        remedy = f"请核对“{row}”一行和“{column}”一列。"
        yield Finding("T3-04", text, (corner,), d, a, remedy=remedy)


relation_rule(
    "T3-05",
    Severity.ERROR,
    "三",
    "办结数和结转下年数都不超过新收与上年结转之和",
    "（七）总计 ≤ 本年新收 + 上年结转；结转下年度 ≤ 本年新收 + 上年结转",
)


@rule(
    "T3-06",
    Severity.NOTE,
    "三",
    "勾稽关系不成立时，指出只改一格即可全部平衡的那一格",
    "存在唯一的格，改正后 T3-01、T3-02、T3-03 同时成立",
)
def one_cell(case: Case) -> Iterator[Finding]:
    """The single cell whose correction satisfies every broken identity it touches."""
    for suspect in case.diagnosis.suspects:
        if suspect.ref.table != "三":
            continue
        old = case.figures.value(suspect.ref) or Decimal(0)
        found, expected = words.amount(old), words.amount(old + suspect.change)
        rules = "、".join(dict.fromkeys(held.rule for held in suspect.mends))
        place = words.place(case.format, suspect.ref)
        text = f"只改一格即可使 {rules} 同时成立：{place}由 {found} 改为 {expected}。"
        yield Finding("T3-06", text, (suspect.ref,), expected, found)
    if not any(suspect.ref.table == "三" for suspect in case.diagnosis.suspects):
        yield from _unassessed(case, "T3-06")


def _unassessed(case: Case, rule_id: str) -> Iterator[Finding]:
    """One finding where no identity of the table could be held against the figures."""
    held = [h for h in case.diagnosis.held if h.identity and h.operands.refs[0].table == "三"]
    if all(one.gap is None for one in held):
        text = "各项勾稽关系都缺数或所据的格有误，无法核对。"
        yield Finding(rule_id, text, state="not_assessable")


@rule(
    "T3-07",
    Severity.NOTE,
    "三",
    "差额能被 9 整除时疑为数字颠倒，差额等于某一格时疑为漏加或重复计入",
    "差额 mod 9 = 0；差额 = 某一格",
)
def usual_slip(case: Case) -> Iterator[Finding]:
    """What the size of a difference usually means."""
    if not any(h.identity and h.broken for h in case.diagnosis.held):
        yield from _unassessed(case, "T3-07")
    for held in case.diagnosis.held:
        in_table = held.operands.refs[0].table == "三"
        if not (held.identity and held.broken and in_table):
            continue
        if case.diagnosis.leader_of(held):
            continue
        gap = abs(held.gap or Decimal(0))
        guess = _guess(case, held, gap)
        if guess:
            relation = held.operands.relation
            name = held.operands.refs[0]
            line = f"“{words.row(name)}”一行" if relation.each == "row" else f"“{name.column}”一列"
            text = f"表三{line}相差 {words.amount(gap)}：{guess}（见 {held.rule}）。"
            yield Finding("T3-07", text, held.operands.refs[:1])


def _guess(case: Case, held: Held, gap: Decimal) -> str:
    by = held.operands.relation.each
    operands = held.operands
    parts = [ref for _, ref in operands.right] if operands.relation.total else operands.refs
    equal = [ref for ref in parts if case.figures.value(ref) == gap]
    if gap > 1 and equal:
        names = "、".join(f"“{words.brief(ref, by=by)}”" for ref in equal[:3])
        return f"正好等于{names}的数，疑为漏加或重复计入"
    largest = max((case.figures.value(ref) or Decimal(0) for ref in operands.refs), default=gap)
    if gap % 9 == 0 and largest > 9:
        return "能被 9 整除，疑为相邻两位数字颠倒（如 12 写成 21）"
    return ""


@rule(
    "T3-09",
    Severity.ERROR,
    "三",
    "没有新收也没有结转时，其余各格都为 0",
    "本年新收 + 上年结转 = 0 ⇒ 其余各格 = 0",
)
def nothing_received(case: Case) -> Iterator[Finding] | None:
    """Nothing came in, yet something was handled."""
    new, carried = case.format.ref("new", "sum", "三"), case.format.ref("carry_in", "sum", "三")
    if new is None or carried is None:
        return None
    return _nothing_received(case, new, carried)


def _nothing_received(case: Case, new: Ref, carried: Ref) -> Iterator[Finding]:
    received = case.figures.total([new, carried])
    if received is None or {new, carried} & set(case.faulty):
        text = "本年新收或上年结转的总计没有数，无法核对。"
        yield Finding("T3-09", text, state="not_assessable")
        return
    if received:
        return
    others = [
        ref
        for ref in case.format.table("三").slots
        if ref.row not in (new.row, carried.row)
        and case.figures.value(ref)
        and ref not in case.faulty
    ]
    broken = [h for h in case.diagnosis.held if h.broken and h.operands.refs[0].table == "三"]
    if others and broken:
        text = f"没有新收和结转而有办理数，已由 {broken[0].rule} 指出，改正后再核对。"
        yield Finding("T3-09", text, state="not_assessable")
    elif others:
        places = "、".join(words.place(case.format, ref) for ref in others[:3])
        more = f"等 {len(others)} 格" if len(others) > 3 else ""
        text = f"表三新收和上年结转的总计都是 0，{places}{more}却不是 0。"
        yield Finding("T3-09", text, tuple(others), "0", remedy="请核对新收、结转或办理结果。")


@rule(
    "T3-08",
    Severity.WARNING,
    "三",
    "结转下年数一般不超过新收与上年结转之和的 20%",
    "结转下年度 ≤ 20% ×（本年新收 + 上年结转）",
)
def large_carry_over(case: Case) -> Iterator[Finding] | None:
    """Many requests still open at the end of the year, given the 20 working day limit."""
    refs = [case.format.ref(key, "sum", "三") for key in ("new", "carry_in", "carry_out")]
    if any(ref is None for ref in refs):
        return None
    return _large_carry_over(case, [ref for ref in refs if ref])


def _large_carry_over(case: Case, refs: list[Ref]) -> Iterator[Finding]:
    new, carried, left = (case.figures.value(ref) for ref in refs)
    if new is None or carried is None or left is None or set(refs) & set(case.faulty):
        text = "新收、上年结转或结转下年的总计没有数，无法核对。"
        yield Finding("T3-08", text, state="not_assessable")
        return
    limit = (new + carried) * case.around.limits.carry_over_share
    if left > limit and left > 1 and left <= new + carried:
        share = 100 * case.around.limits.carry_over_share
        held = f"{percent(left, new + carried)}，超过 {share.normalize():f}%"
        text = f"表三“{words.row(refs[2])}”{words.amount(left)} 件，占新收与上年结转之和 "
        text += f"{words.amount(new + carried)} 件的 {held}。"
        remedy = "答复期限为 20 个工作日（可延长 20 个工作日），请核对或在正文中说明原因。"
        yield Finding(
            "T3-08", text, (refs[2],), f"≤{words.amount(limit)}", words.amount(left), "", remedy
        )
