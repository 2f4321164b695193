// The theme's search-as-you-type fields have no name of their own: they take that of the label beside them.
const nameSelects = () => {
  for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
    const field = box.closest(".select2-container")?.previousElementSibling;
    const label = field?.labels?.[0]?.textContent.replace("*", "").trim() || field?.name;
    if (!label) continue;
    box.setAttribute("aria-label", label);
    box.querySelector("[role=textbox]")?.setAttribute("aria-label", label);
  }
};

// In a form's rows the head of the column is the only name of a field; the field takes it, too.
const nameCells = () => {
  for (const field of document.querySelectorAll("td[data-label] :is(input, select, textarea):not([aria-label], [type=hidden])")) {
    if (!field.labels?.length) field.setAttribute("aria-label", field.closest("td").dataset.label);
  }
};

// The theme writes the name of a chosen file into a box beside it, which our own pages do not have.
const leaveFiles = () => {
  for (const field of document.querySelectorAll(".co input[type=file]")) field.hasChangeListener = true;
};

const nameAll = () => {
  nameSelects();
  nameCells();
  leaveFiles();
};

// They are made at any time: when the page is ready, and with each row that is added to a form.
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  nameAll();
});

// A second click while the first is on its way does nothing. A list stays where it is while a file of it is fetched.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) return event.preventDefault();
  if (event.target.method === "post" && event.target.id !== "changelist-form") event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const each of document.querySelectorAll("form[data-sent]")) delete each.dataset.sent;
});
