// The inbox and the page of one decision: select all, and keys for what buttons do. Without this both work the same.
// Single keys can be turned off and do nothing in fields (WCAG 2.1.4).
const OFF = "moderation shortcuts off";
const shortcuts = document.getElementById("shortcuts");

if (shortcuts) {
  const keyed = [...document.querySelectorAll("[data-key]")];
  const list = shortcuts.querySelector("[data-shortcut-list]");
  for (const one of keyed) add(one.dataset.key, one.textContent);
  add("?", "Show this list");

  const opener = document.querySelector("[data-shortcuts]");
  opener.hidden = false;
  opener.addEventListener("click", () => shortcuts.showModal());

  const on = shortcuts.querySelector("[data-shortcuts-on]");
  on.checked = !localStorage.getItem(OFF);
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });

  document.addEventListener("keydown", (event) => {
    if (!on.checked || shortcuts.open || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "?") shortcuts.showModal();
    const wanted = keyed.find((one) => one.dataset.key === event.key);
    if (!wanted) return;
    event.preventDefault();
    if ("needsReason" in wanted.dataset && !hasReason()) askForReason();
    else wanted.click();
  });

  function add(key, words) {
    const [row, name, what] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    const shown = document.createElement("kbd");
    shown.textContent = key;
    name.append(shown);
    what.textContent = words.trim();
    row.append(name, what);
    list.append(row);
  }

  function hasReason() {
    const { usual, reason } = document.getElementById("decide").elements;
    return Boolean(usual?.value || reason.value.trim());
  }

  function askForReason() {
    const { usual, reason } = document.getElementById("decide").elements;
    document.querySelector(".decline").open = true;
    (usual ?? reason).focus();
  }
}

const all = document.querySelector("[data-select-all]");
if (all) {
  const boxes = [...document.querySelectorAll(`input[name="${all.dataset.selectAll}"]`)];
  const count = document.querySelector("[data-selected]");
  all.hidden = boxes.length === 0;
  all.addEventListener("click", () => {
    const isOn = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = isOn;
    say();
  });
  for (const box of boxes) box.addEventListener("change", say);

  function say() {
    const number = boxes.filter((box) => box.checked).length;
    count.textContent = `${number} selected`;
    all.textContent = number === boxes.length ? "Select none" : "Select all";
  }
}
