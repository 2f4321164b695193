// Small comforts; every page works without them.

// Menus close when the reader clicks elsewhere or presses Escape, and give the focus back.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What was swapped in says where the focus belongs.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.target.matches?.("[data-focus]") ? event.target : event.target.querySelector?.("[data-focus]");
  target?.focus();
});

// A form is sent once, however often the button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent && !form.hasAttribute("hx-post")) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A filter applies itself; the button is for readers without scripts.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-applies-itself]");
  if (form) form.requestSubmit();
});
for (const button of document.querySelectorAll("form[data-applies-itself] button")) button.hidden = true;

// What asks the server keeps its place, and says that it waits.
const waits = (event, isWaiting) => {
  const part = event.detail.target ?? event.target;
  if (isWaiting) part.setAttribute("aria-busy", "true");
  else part.removeAttribute("aria-busy");
};
document.addEventListener("htmx:beforeRequest", (event) => waits(event, true));
document.addEventListener("htmx:afterRequest", (event) => waits(event, false));

// What is refused comes back as the same part with a sentence in it, and takes its place; a whole page would not fit there.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400 || xhr.status >= 500 || /^\s*(<!doctype|$)/i.test(xhr.responseText)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// What did not arrive is said, where messages are said; nothing that was written is lost.
for (const failed of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failed, () => {
    const notices = document.querySelector(".notices");
    const notice = document.querySelector("#not-arrived").content.firstElementChild.cloneNode(true);
    notices.replaceChildren(notice);
    notices.hidden = false;
    notices.scrollIntoView({ block: "nearest" });
  });
}

// The house's own type is large: it is fetched when everything else is done, not on phones, and used from the next page on.
const typeSheet = document.querySelector("meta[name=type]")?.content;
if (typeSheet && matchMedia("(width >= 48rem)").matches && !navigator.connection?.saveData) {
  window.addEventListener("load", () => window.requestIdleCallback?.(async () => {
    const sheet = await (await fetch(typeSheet)).text();
    const files = [...sheet.matchAll(/url\("([^"]+)"\)/g)].map((match) => new URL(match[1], new URL(typeSheet, location.href)));
    const answers = await Promise.all(files.map((file) => fetch(file)));
    if (answers.every((answer) => answer.ok)) document.cookie = "type=inter; path=/; max-age=31536000; samesite=lax";
  }, { timeout: 10000 }));
}
