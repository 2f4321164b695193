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
