"use strict";
(() => {
  const get = id => document.getElementById(id);
  const list = get("list"), body = get("rows"), rows = [...body.children];
  const heads = [...list.querySelectorAll("[data-key]")];
  const wide = matchMedia("(min-width:1120px)");
  const items = rows.map((row, order) => {
    const cells = [...row.querySelectorAll("[data-v]")].map(cell => cell.dataset.v);
    const name = row.querySelector(".name").textContent;
    return {row, order, name, text: row.textContent.toLowerCase(), state: row.dataset.state,
      kind: row.dataset.kind, rank: +row.dataset.rank, cells};
  });
  const collator = new Intl.Collator("zh-CN", {numeric: true});
  const controls = ["q", "state", "level", "kind", "sort"].map(get).filter(Boolean);
  let sorted = "", descending = false;

  function fits(item) {
    const words = get("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = get("level").value, kind = get("kind");
    return words.every(word => item.text.includes(word))
      && (!get("state").value || item.state === get("state").value)
      && (!kind || !kind.value || item.kind === kind.value)
      && (!level || (level === "none" ? +item.cells[0] + +item.cells[1] === 0 : +item.cells[+level] > 0));
  }

  function filter() {
    let shown = 0;
    for (const item of items) {
      const fit = fits(item);
      if (item.row.hidden === fit) item.row.hidden = !fit;
      shown += fit;
    }
    get("shown").textContent = shown === items.length ? `列出全部 ${shown} 家` : `列出 ${shown} 家，共 ${items.length} 家`;
    get("empty").hidden = shown > 0;
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
    const order = [...items].sort((a, b) => {
      if (!key) return a.order - b.order;
      const x = value(a, key), y = value(b, key);
      if (x === null || y === null) return (x === null) - (y === null) || a.order - b.order;
      return sign * (typeof x === "string" ? collator.compare(x, y) : x - y) || a.order - b.order;
    });
    body.append(...order.map(item => item.row));
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
    filter();
    get("q").focus();
  });
  get("tools").hidden = false;
  filter();
})();
