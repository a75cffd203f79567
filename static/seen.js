// Tells that the page was looked at, once a visit, and nothing about who.
{
  const address = document.querySelector("[data-seen]").dataset.seen;
  const tell = () => {
    if (document.visibilityState !== "visible" || sessionStorage.getItem(address)) return;
    sessionStorage.setItem(address, "1");
    navigator.sendBeacon(address);
  };
  document.addEventListener("visibilitychange", tell);
  tell();
}
