// Suggests a skill for each of those that are typed with commas between them. Without it the first gets suggestions.
{
  const box = document.querySelector("[data-skills]");
  const names = [...box.list.options].map((option) => option.value);
  let before = "";

  const suggestion = (name) => Object.assign(document.createElement("option"), { value: before + name });

  box.addEventListener("input", () => {
    const [typed] = box.value.match(/^.*,\s*|/);
    if (typed === before) return;
    before = typed;
    const chosen = new Set(before.toLowerCase().split(/\s*,\s*/));
    const others = names.filter((name) => !chosen.has(name.toLowerCase()));
    box.list.replaceChildren(...others.map(suggestion));
  });
}
