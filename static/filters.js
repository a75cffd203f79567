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
  const unfolded = [...part("panel").querySelectorAll("details[open]")].map(({ id }) => id);
  document.title = page.title;
  for (const fresh of partsOf(page)) part(fresh.dataset.part).replaceChildren(...fresh.childNodes);
  for (const name of ["q", "where"]) {
    document.querySelector(`.search [name=${name}]`).value = page.querySelector(`.search [name=${name}]`).value;
  }
  for (const fold of part("panel").querySelectorAll("details")) fold.open = unfolded.includes(fold.id);
  part("list").ariaBusy = null;
  if (!before.isConnected) focusAgain(before);
}

// The focus stays on the same control or link of the new page; where that is gone, it goes to the number of jobs.
function focusAgain(before) {
  const isSame = before.name
    ? (other) => other.name === before.name && other.type === before.type && (before.type !== "checkbox" || other.value === before.value)
    : (other) => other.textContent === before.textContent;
  const found = [...document.querySelectorAll(`[data-part] ${before.localName}`)].find(isSame);
  const target = found ?? document.querySelector("#count");
  if (found) found.disabled = false;
  else target.tabIndex = -1;
  if (before.type === "text" && !before.hasAttribute("list")) {
    target.value = before.value;
    target.setSelectionRange(before.selectionStart, before.selectionEnd);
  }
  target.focus({ preventScroll: true });
}

const chosen = () => {
  const url = new URL(part("panel").action);
  url.search = new URLSearchParams([...new FormData(part("panel"))].filter(([, value]) => value));
  return url;
};

// A name is chosen once it is one of those that are suggested; an amount counts after a rest.
part("panel").addEventListener("input", ({ target }) => {
  if (target.list && ![...target.list.options].some(({ value }) => value === target.value)) return;
  request?.abort();
  clearTimeout(timer);
  timer = setTimeout(() => show(chosen(), true), target.type === "text" && !target.list ? REST : 0);
});

// “Show 12 jobs”, on a phone under the open filters.
part("panel").addEventListener("submit", async (event) => {
  event.preventDefault();
  await show(chosen(), chosen().search !== location.search);
  part("panel").closest("details").open = false;
  document.querySelector("#results").scrollIntoView();
  document.querySelector("#results").focus({ preventScroll: true });
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
