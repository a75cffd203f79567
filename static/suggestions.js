// Fills the lists of suggestions under text boxes. Without it they work as they are.
document.addEventListener("input", async ({ target: box }) => {
  const typed = box.value.trim();
  const isChosen = () => [...box.list.options].some((option) => option.value === typed);
  if (!box.dataset.suggestions || typed.length < 2 || typed === box.dataset.asked || isChosen()) return;
  box.dataset.asked = typed;
  try {
    const response = await fetch(box.dataset.suggestions + encodeURIComponent(typed));
    const { suggestions } = await response.json();
    if (box.dataset.asked !== typed || !box.list) return; // more was typed meanwhile
    box.list.replaceChildren(
      ...suggestions.map(({ kind, label }) => {
        const option = document.createElement("option");
        option.value = label;
        const isTyped = label.toLowerCase().includes(typed.toLowerCase());
        const name = isTyped ? label : `${label} (${typed})`; // or the browser would leave it out
        option.label = kind === "title" ? name : `${name}: ${kind}`;
        return option;
      }),
    );
  } catch {
    // Without a network there are no suggestions.
  }
});
