// The form of a job: the browser keeps what is typed until it is saved, and what stands beside the form follows the
// typing. Without this the form works the same: it is checked, kept and read when it is sent.
const REST = 700; // ms without a key
const form = document.querySelector("form[data-keep]");
const nameOf = (keep) => `job ${keep}`;

// A page that shows what was saved says whose copy is no longer needed.
for (const page of document.querySelectorAll("[data-kept]")) {
  for (const keep of page.dataset.kept.split(" ")) localStorage.removeItem(nameOf(keep));
}

if (form) {
  const kept = nameOf(form.dataset.keep);
  const left = localStorage.getItem(kept);
  const untouched = typed().toString();
  const isBack = "typed" in form.dataset; // with one row more or less, and what was typed
  if (isBack) keep();
  else if (left && left !== untouched && !document.querySelector(".error-summary, .errorlist")) offer(new URLSearchParams(left));
  form.elements.description.addEventListener("paste", paste);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(follow, REST);
  });

  function follow() {
    keep();
    advise();
  }

  function typed() {
    const values = new URLSearchParams(new FormData(form));
    for (const name of ["csrfmiddlewaretoken", "version"]) values.delete(name);
    return values;
  }

  function keep() {
    if (isBack || untouched !== typed().toString()) localStorage.setItem(kept, typed());
  }
}

// Nothing is put back by itself: a form may be opened to start anew.
function offer(left) {
  const [notice, put, forget] = ["p", "button", "button"].map((tag) => document.createElement(tag));
  notice.className = "notice";
  notice.append(`You have unsaved changes to “${left.get("title") || "a job without a title"}” in this browser. `, put, " ", forget);
  [put.textContent, forget.textContent] = ["Restore them", "Discard them"];
  for (const button of [put, forget]) [button.type, button.className] = ["button", "link-btn"];
  put.onclick = () => {
    for (const field of form.elements) {
      if (!field.name || ["csrfmiddlewaretoken", "version", "submission", "do", "rows"].includes(field.name)) continue;
      if (field.type === "checkbox") field.checked = left.getAll(field.name).includes(field.value);
      else if (left.has(field.name)) field.value = left.get(field.name);
    }
    notice.remove();
    if (askForRows(left)) return;
    form.querySelector("[name=title]").focus();
    advise();
  };
  forget.onclick = () => {
    localStorage.removeItem(nameOf(form.dataset.keep));
    notice.remove();
  };
  form.prepend(notice);
}

// Locations and pay beyond those on the page: it comes back with rows for them.
function askForRows(left) {
  const more = [...left].filter(([name]) => /_\d+$/.test(name) && !form.elements[name]);
  if (!more.length) return false;
  for (const [name, value] of [...more, ["rows", "show"]]) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
  return true;
}

// The clipboard's HTML knows headings and lists that its plain text has lost. That text stands there until the other is
// made of the HTML, so that nothing is lost if the form is sent meanwhile.
async function paste(event) {
  const [html, plain] = ["text/html", "text/plain"].map((type) => event.clipboardData.getData(type).replace(/\r\n?/g, "\n"));
  if (!html && !plain.includes("\n")) return;
  event.preventDefault();
  const start = this.selectionStart;
  replace(this, start, this.selectionEnd, plain);
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("pasted", html || plain);
  try {
    const response = await fetch(form.dataset.paste, { method: "POST", body: data });
    const end = start + plain.length;
    if (response.ok && this.value.slice(start, end) === plain) replace(this, start, end, await response.text());
  } catch {
    // The plain text will do.
  }
}

function replace(field, start, end, text) {
  field.setRangeText(text, start, end, field.selectionEnd === end ? "end" : "preserve");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function advise() {
  try {
    const response = await fetch(form.dataset.advise, { method: "POST", body: new FormData(form) });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-advice]")) {
      const before = document.querySelector(`[data-advice=${part.dataset.advice}]`);
      if (before.open) part.open = true;
      before.replaceWith(part);
    }
  } catch {
    // It follows with the next word.
  }
}
