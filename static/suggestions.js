// Fills the lists of suggestions under the search boxes. Without it they work as they are.
for (const box of document.querySelectorAll("[data-suggestions]")) {
  let asked = "";
  box.addEventListener("input", async () => {
    const typed = box.value.trim();
    if (typed.length < 2 || typed === asked || [...box.list.options].some((option) => option.value === typed)) return;
    asked = typed;
    try {
      const response = await fetch(box.dataset.suggestions + encodeURIComponent(typed));
      const { suggestions } = await response.json();
      if (asked !== typed) return; // more was typed meanwhile
      box.list.replaceChildren(
        ...suggestions.map(({ kind, label }) => {
          const option = document.createElement("option");
          option.value = label;
          option.label = kind === "title" ? label : `${label}: ${kind}`;
          return option;
        }),
      );
    } catch {
      // Without a network there are no suggestions.
    }
  });
}
