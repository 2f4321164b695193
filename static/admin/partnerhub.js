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

// They are made at any time: when the page is ready, and with each row that is added to a form.
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(nameSelects).observe(document.body, { childList: true, subtree: true });
  nameSelects();
});
