// A changed filter changes the list in place: the page at the new address is fetched, and its parts (data-part) take the
// place of ours. Without this, or when anything goes wrong, the same address loads as a page.
const REST = 500; // ms without a key before a typed amount counts
let shown = location.pathname + location.search;
let timer, request;

const partsOf = (page) => [...page.querySelectorAll("[data-part]")];
const part = (name) => document.querySelector(`[data-part=${name}]`);

async function show(url, isNew) {
  clearTimeout(timer);
  request?.abort();
  const { signal } = (request = new AbortController());
  part("list").ariaBusy = "true";
  try {
    const response = await fetch(url, { signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (signal.aborted) return;
    if (!response.ok || response.redirected || !partsOf(page).length) throw response;
    if (isNew) history.pushState(null, "", url);
    shown = location.pathname + location.search;
    take(page);
  } catch {
    if (!signal.aborted) location.assign(url);
  }
}

function take(page) {
  const before = document.activeElement;
  const unfolded = [...part("panel").querySelectorAll("details[open]")].map(legend);
  document.title = page.title;
  for (const fresh of partsOf(page)) part(fresh.dataset.part).replaceChildren(...fresh.childNodes);
  for (const name of ["q", "where"]) {
    document.querySelector(`.search [name=${name}]`).value = page.querySelector(`.search [name=${name}]`).value;
  }
  for (const more of part("panel").querySelectorAll("details")) more.open = unfolded.includes(legend(more));
  part("list").ariaBusy = null;
  if (!before.isConnected) focusAgain(before);
}

const legend = (details) => details.closest("fieldset").querySelector("legend").textContent;

// The focus stays on the same control or link of the new page; where that is gone, it goes to the number of jobs.
function focusAgain(before) {
  const isSame = before.name
    ? (other) => other.name === before.name && (before.type !== "checkbox" || other.value === before.value)
    : (other) => other.textContent === before.textContent;
  const found = [...document.querySelectorAll(`[data-part] ${before.localName}`)].find(isSame);
  const target = found ?? document.querySelector("#count");
  if (found) found.disabled = false;
  else target.tabIndex = -1;
  if (before.type === "text") {
    target.value = before.value;
    target.setSelectionRange(before.selectionStart, before.selectionEnd);
  }
  target.focus({ preventScroll: true });
}

part("panel").addEventListener("input", ({ target }) => {
  request?.abort();
  clearTimeout(timer);
  timer = setTimeout(() => {
    const url = new URL(part("panel").action);
    url.search = new URLSearchParams([...new FormData(part("panel"))].filter(([, value]) => value));
    show(url, true);
  }, target.type === "text" ? REST : 0);
});

document.querySelector("main").addEventListener("click", (event) => {
  const link = event.target.closest("[data-part]:not([data-part=list]) a");
  const wantsElsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || wantsElsewhere || link.pathname !== location.pathname || link.hash) return;
  event.preventDefault();
  show(link.href, true);
});

addEventListener("popstate", () => {
  if (shown !== location.pathname + location.search) show(location.href, false);
});
