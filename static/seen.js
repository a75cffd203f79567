// Tells that the page was looked at, once a visit, and which link to apply was clicked; nothing about who.
{
  const address = document.querySelector("[data-seen]").dataset.seen;
  const tell = () => {
    if (document.visibilityState !== "visible" || sessionStorage.getItem(address)) return;
    sessionStorage.setItem(address, "1");
    navigator.sendBeacon(address);
  };
  // Links that lead straight to a board, as its terms ask: others are counted on their way.
  for (const link of document.querySelectorAll("[data-applied]")) {
    const clicked = () => navigator.sendBeacon(link.dataset.applied, new URLSearchParams({ what: "apply" }));
    link.addEventListener("click", clicked);
    link.addEventListener("auxclick", (event) => event.button === 1 && clicked());
  }
  document.addEventListener("visibilitychange", tell);
  tell();
}
