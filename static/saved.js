// Saved jobs without an account: their ids stay in this browser, and the page of saved jobs gets them by its address.
{
  const KEY = "saved jobs";
  const ids = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
  const keep = (list) => localStorage.setItem(KEY, JSON.stringify(list.slice(-200)));
  const addressOf = (list) => "/saved/" + (list.length ? "?" + list.map((id) => `listing=${id}`).join("&") : "");

  const saves = [...document.querySelectorAll("a[data-save]")].map((link) => [link, link.textContent.trim()]);
  const show = () => {
    for (const [link, words] of saves) link.textContent = ids().includes(link.dataset.save) ? "Saved (remove)" : words;
    const list = document.createElement("a");
    [list.href, list.textContent] = [addressOf(ids()), `View saved jobs (${ids().length})`];
    document.querySelector("[data-saved-count]").replaceChildren(...(ids().length ? [list] : []));
  };
  for (const [link] of saves) {
    const id = link.dataset.save;
    link.setAttribute("role", "button");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      keep(ids().includes(id) ? ids().filter((other) => other !== id) : [...ids(), id]);
      show();
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
  }
  if (saves.length) show();

  // The page of saved jobs, opened without any: those of this browser, if there are some.
  const page = document.querySelector("[data-saved-page]");
  const isEmpty = page && !location.search && !("account" in page.dataset);
  if (isEmpty && ids().length) location.replace(addressOf(ids()));
}
