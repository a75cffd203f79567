// On the home page: what is new since this browser last looked. When that was, and how the saved jobs were then, stays
// in the browser.
{
  const KEY = "last looked";
  const DAY = 86_400_000;
  const place = document.querySelector("[data-since]");
  const today = Math.floor(Date.now() / DAY);
  const saved = JSON.parse(localStorage.getItem("saved jobs") ?? "[]");
  const last = JSON.parse(localStorage.getItem(KEY) ?? "null");

  const plural = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
  const postedIn = async (days) => {
    const response = await fetch(`/api/v1/listings?posted=${Math.min(days, 365)}&per_page=1`);
    return (await response.json()).total;
  };
  // Saved jobs as their page shows them: id → whether it is open, and whether it states pay.
  const savedNow = async () => {
    if (!saved.length) return {};
    const response = await fetch("/saved/?" + saved.map((id) => `listing=${id}`).join("&"));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const rows = [...page.querySelectorAll("[data-track]")];
    return Object.fromEntries(rows.map(({ dataset }) => [dataset.track, [!!dataset.open, !!dataset.paid]]));
  };
  const link = (href, words) => Object.assign(document.createElement("a"), { href, textContent: words });
  const say = (days, count, before, now) => {
    const both = Object.keys(now).filter((id) => before[id]);
    const closed = both.filter((id) => before[id][0] && !now[id][0]).length;
    const paid = both.filter((id) => !before[id][1] && now[id][1]).length;
    const parts = [link(`/jobs/?posted=${Math.min(days, 365)}`, plural(count, "new job"))];
    if (closed) parts.push(link("/saved/", `${plural(closed, "saved job")} closed`));
    if (paid) parts.push(link("/saved/", `${plural(paid, "saved job")} added pay`));
    place.replaceChildren(`Since you last looked, ${days === 1 ? "yesterday" : `${days} days ago`}: `);
    parts.forEach((part, at) => place.append(...(at ? [", ", part] : [part])));
    place.hidden = false;
  };
  const look = async () => {
    try {
      const now = await savedNow();
      const isNewDay = !last || last.day < today;
      // Whoever looks again on the same day is told the same again.
      const before = isNewDay ? last : last.before;
      if (before) say(today - before.day, await postedIn(today - before.day), before.jobs, now);
      const known = before && { day: before.day, jobs: before.jobs };
      if (isNewDay) localStorage.setItem(KEY, JSON.stringify({ day: today, jobs: now, before: known }));
    } catch {
      // Without a network, or storage, nothing is said.
    }
  };
  if (place) look();
}
