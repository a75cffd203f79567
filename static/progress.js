// Shows how far the work is, once a second, and then what came of it. Without this, the link "Refresh" does.
async function look() {
  let response;
  try {
    response = await fetch(location.href);
  } catch {
    response = Response.error();
  }
  if (!response.ok) {
    // The site is being restarted, or the network is away: the work goes on.
    setTimeout(look, 5000);
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-progress]");
  if (fresh) {
    document.querySelector("[data-progress]").replaceChildren(...fresh.childNodes);
    setTimeout(look, 1000);
  } else {
    showResult(page);
  }
}

function showResult(page) {
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  const heading = document.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus();
}

setTimeout(look, 1000);
