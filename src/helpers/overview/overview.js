"use strict";
(() => {
  const STEP = 4;
  const get = id => document.getElementById(id);
  const list = get("list"), chunks = [...list.querySelectorAll(".chunk")];
  const rows = chunks.flatMap(chunk => [...chunk.children]);
  const size = chunks.length ? chunks[0].children.length : 1;
  const heads = [...list.querySelectorAll("[data-key]")];
  const items = rows.map((row, order) => {
    const cells = [...row.querySelectorAll("[data-v]")].map(cell => cell.dataset.v);
    const name = row.querySelector(".name").textContent;
    return {row, order, name, text: row.textContent.toLowerCase(), state: row.dataset.state,
      kind: row.dataset.kind, rank: +row.dataset.rank, cells};
  });
  const collator = new Intl.Collator("zh-CN", {numeric: true});
  const controls = ["q", "state", "level", "kind", "sort"].map(get).filter(Boolean);
  let sorted = "", descending = false, ordered = items, later = 0;

  function asked() {
    const words = get("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = get("state").value, level = get("level").value, kind = get("kind")?.value;
    const clean = item => +item.cells[0] + +item.cells[1] === 0;
    return item => words.every(word => item.text.includes(word))
      && (!state || item.state === state)
      && (!kind || item.kind === kind)
      && (!level || (level === "none" ? clean(item) : +item.cells[+level] > 0));
  }

  // The rows that fit fill one chunk after the other: the first at once, the rest in steps, so
  // that the next key need not wait. Chunks out of view are not laid out.
  function filter() {
    const fit = ordered.filter(asked());
    clearTimeout(later);
    for (const chunk of chunks.slice(STEP)) chunk.hidden = true;
    fill(fit, 0);
    get("shown").textContent = fit.length === items.length ? `列出全部 ${fit.length} 家` : `列出 ${fit.length} 家，共 ${items.length} 家`;
    get("empty").hidden = fit.length > 0;
  }

  function fill(fit, from) {
    for (let at = from; at < Math.min(from + STEP, chunks.length); at += 1) {
      const chunk = chunks[at], old = chunk.children;
      const now = fit.slice(at * size, (at + 1) * size).map(item => item.row);
      if (now.length !== old.length || now.some((row, n) => row !== old[n])) chunk.replaceChildren(...now);
      chunk.hidden = !now.length;
    }
    if ((from + STEP) * size < fit.length) later = setTimeout(fill, 0, fit, from + STEP);
  }

  function value(item, key) {
    if (key === "agency") return item.name;
    if (key === "state") return item.rank;
    const at = key[0] === "l" ? +key.slice(1) : 4 + +key.slice(1);
    return item.cells[at] === "" ? null : +item.cells[at];
  }

  function sort(key, down) {
    sorted = key; descending = down;
    const sign = down ? -1 : 1;
    ordered = [...items].sort((a, b) => {
      if (!key) return a.order - b.order;
      const x = value(a, key), y = value(b, key);
      if (x === null || y === null) return (x === null) - (y === null) || a.order - b.order;
      return sign * (typeof x === "string" ? collator.compare(x, y) : x - y) || a.order - b.order;
    });
    filter();
    for (const head of heads) {
      if (head.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    get("sort").value = key;
  }

  const downFirst = key => key !== "agency" && key !== "state";
  const choice = (key, text) => Object.assign(document.createElement("option"), {value: key, textContent: text});
  get("sort").append(choice("", "原来的次序"));
  for (const head of heads) {
    const key = head.dataset.key, button = document.createElement("button");
    get("sort").append(choice(key, head.textContent));
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(key, sorted === key ? !descending : downFirst(key)));
  }
  for (const control of controls) control.addEventListener("input", filter);
  get("sort").addEventListener("change", () => sort(get("sort").value, downFirst(get("sort").value)));
  get("clear").addEventListener("click", () => {
    for (const control of controls) control.value = "";
    sort("", false);
    get("q").focus();
  });
  get("tools").hidden = false;
  filter();
})();
