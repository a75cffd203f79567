// Shows how far the work is, once a second, and the next page when it is done. Without this, the link "Refresh" does.
const progress = () => document.querySelector("[data-progress]");

async function look() {
  const response = await fetch(location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-progress]");
  if (!fresh) return location.reload();
  progress().replaceChildren(...fresh.childNodes);
  setTimeout(look, 1000);
}

setTimeout(look, 1000);
