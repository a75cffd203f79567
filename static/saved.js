// Saved jobs without an account: their ids stay in this browser, with what came of them, and the page of saved jobs gets
// the ids by its address.
{
  const KEY = "saved jobs";
  const TRACKED = "tracked jobs";
  const MOST = 200;
  const read = (key, empty) => JSON.parse(localStorage.getItem(key) ?? empty);
  const ids = () => read(KEY, "[]");
  const keep = (list) => localStorage.setItem(KEY, JSON.stringify(list.slice(-MOST)));
  const addressOf = (list) => "/saved/" + (list.length ? "?" + list.map((id) => `listing=${id}`).join("&") : "");
  const words = new WeakMap();

  // Stars say it by their shape and state, other links by their words.
  const show = () => {
    const saved = ids();
    for (const link of document.querySelectorAll("a[data-save]")) {
      const isSaved = saved.includes(link.dataset.save);
      const said = words.get(link) ?? link.textContent.trim();
      words.set(link, said);
      link.setAttribute("role", "button");
      if (link.matches(".star")) link.setAttribute("aria-pressed", isSaved);
      else link.textContent = isSaved ? "Saved (remove)" : said;
    }
    const list = document.createElement("a");
    [list.href, list.textContent] = [addressOf(saved), `View saved jobs (${saved.length})`];
    document.querySelector("[data-saved-count]")?.replaceChildren(...(saved.length ? [list] : []));
  };
  const saveOf = (event) => event.target.closest?.("a[data-save]");
  document.addEventListener("click", (event) => {
    const link = saveOf(event);
    if (!link) return;
    event.preventDefault();
    const id = link.dataset.save;
    keep(ids().includes(id) ? ids().filter((other) => other !== id) : [...ids(), id]);
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !saveOf(event)) return;
    event.preventDefault();
    saveOf(event).click();
  });
  show();
  // filters.js puts another list in its place.
  const list = document.querySelector("[data-part=list]");
  if (list) new MutationObserver(show).observe(list, { childList: true });

  // The page of saved jobs, opened without any: those of this browser, if there are some.
  const page = document.querySelector("[data-saved-page]");
  const isEmpty = page && !location.search && !("account" in page.dataset);
  if (isEmpty && ids().length) location.replace(addressOf(ids()));

  // What came of each: a state and a note, written as they change.
  const tracker = document.querySelector("template[data-tracker]");
  for (const row of document.querySelectorAll("[data-track]")) {
    const id = row.dataset.track;
    row.prepend(tracker.content.cloneNode(true));
    for (const field of row.querySelectorAll("select, input")) {
      field.value = read(TRACKED, "{}")[id]?.[field.name] ?? "";
      field.ariaLabel += row.dataset.title;
      field.addEventListener("input", () => {
        const all = read(TRACKED, "{}");
        all[id] = { ...all[id], [field.name]: field.value };
        localStorage.setItem(TRACKED, JSON.stringify(all));
      });
    }
    row.querySelector("[data-remove]").addEventListener("click", () => {
      keep(ids().filter((other) => other !== id));
      const { [id]: gone, ...others } = read(TRACKED, "{}");
      localStorage.setItem(TRACKED, JSON.stringify(others));
    });
  }
}
