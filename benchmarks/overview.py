"""How fluid the overview page of very many agencies is, in a real browser."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

from county import agency_name
from playwright.sync_api import Page

from browser import CHROMIUM, launched
from helpers.overview.page import Entry, Noted, write

_MESSAGES = (
    Noted("警告", "P-12", "“一、本年新收政府信息公开申请数量”行的数多以 0 结尾，请核对。"),
    Noted("提示", "P-07", "表三“4.无正当理由大量反复申请”行“总计”列为 2，正文没有说明。"),
    Noted("已说明", "D-08", "2021 年度应当用 2021 年格式，说明：公布时仍用原表格。"),
    Noted("错误", "T3-01", "表三“予以公开”一行：“总计”填 20，应为 26 = 自然人 21 + 商业企业 5。"),
)
_DOCUMENTS = {"网页": "report.html", "PDF": "report.pdf", "Word": "report.docx"}
_HEADS = ("新收", "办结", "结转下年")

# From the key until the frame that shows its effect has been handed over for painting.
_WATCH = """() => {
  window.waits = [];
  addEventListener("keydown", event => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => waits.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0);
  }), true);
}"""
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def overview(agencies: int = 3000, times: int = 5) -> None:
    """The page written, opened (first paint) and searched (a key until its frame)."""
    start = time.perf_counter()
    content = write(2025, _entries(agencies), _HEADS)
    seconds = time.perf_counter() - start
    print(f"{agencies} 家：写 {seconds:.2f} 秒，{len(content) / 1e6:.1f} MB")
    if CHROMIUM is None:
        print("没有安装 Chromium，不量首屏和按键")
        return
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        file = Path(folder) / "index.html"
        file.write_bytes(content)
        for width, height in ((1280, 800), (360, 740)):
            paints, keys = [], []
            for _ in range(times):
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(file.as_uri())
                page.wait_for_function(f"{_FIRST_PAINT} > 0")
                paints.append(page.evaluate(_FIRST_PAINT))
                keys += _search(page)
                page.close()
            print(
                f"{width} 像素宽：首屏 {median(paints):.0f} 毫秒（最慢 {max(paints):.0f}）；"
                f"查找时按一个键 {median(keys):.0f} 毫秒（最慢 {max(keys):.0f}，{len(keys)} 次）"
            )


def _entries(agencies: int) -> list[Entry]:
    dice = Random(agencies)
    entries = []
    for number in range(agencies):
        name, _ = agency_name(number)
        findings = dice.sample(_MESSAGES, dice.choice((0, 0, 1, 2, 3)))
        refused = any(noted.level == "错误" for noted in findings)
        entries.append(
            Entry(
                agency=name,
                kind="乡镇" if "镇" in name else "部门",
                state="refused" if refused else "done",
                findings=findings,
                figures={head: str(dice.randint(0, 2000)) for head in _HEADS},
                documents={word: f"{name}/{file}" for word, file in _DOCUMENTS.items()},
            )
        )
    return entries


def _search(page: Page) -> list[float]:
    """Milliseconds of each key of a search typed and taken back."""
    page.evaluate(_WATCH)
    page.locator("#q").focus()
    for _ in range(2):
        for letter in "t3-01":
            page.keyboard.press(letter)
        for _ in range(5):
            page.keyboard.press("Backspace")
    page.wait_for_function("waits.length === 20")
    waits: list[float] = page.evaluate("waits")
    return waits
