// Saved jobs without an account: their ids stay in this browser, and the page of saved jobs gets them by its address.
{
  const KEY = "saved jobs";
  const ids = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
  const keep = (list) => localStorage.setItem(KEY, JSON.stringify(list.slice(-200)));
  const addressOf = (list) => "/saved/" + (list.length ? "?" + list.map((id) => `listing=${id}`).join("&") : "");

  const save = document.querySelector("a[data-save]");
  if (save) {
    const id = save.dataset.save;
    const show = () => {
      save.textContent = ids().includes(id) ? "Saved (remove)" : "Save this job";
      const list = document.createElement("a");
      [list.href, list.textContent] = [addressOf(ids()), `View saved jobs (${ids().length})`];
      document.querySelector("[data-saved-count]").replaceChildren(...(ids().length ? [list] : []));
    };
    save.setAttribute("role", "button");
    save.addEventListener("click", (event) => {
      event.preventDefault();
      keep(ids().includes(id) ? ids().filter((other) => other !== id) : [...ids(), id]);
      show();
    });
    save.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      save.click();
    });
    show();
  }

  // The page of saved jobs, opened without any: those of this browser, if there are some.
  const page = document.querySelector("[data-saved-page]");
  const isEmpty = page && !location.search && !("account" in page.dataset);
  if (isEmpty && ids().length) location.replace(addressOf(ids()));
}
