// The queue by keyboard. Every key presses what is there to be clicked, so nothing works here that does not work without.
const items = () => [...document.querySelectorAll(".le-item:not(.is-settled)")];
const here = () => document.activeElement?.closest?.(".le-item:not(.is-settled)") ?? null;

const go = (item) => {
  if (!item) return;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
};

const step = (by) => {
  const all = items();
  const at = all.indexOf(here());
  go(at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]);
};

// To dispute or withdraw, a reason is needed: the key leads to its box, and Enter there sends what the key meant.
const press = (item, key) => {
  const target = item?.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  const why = item.querySelector("[name=comment]");
  if ((key === "d" || key === "w") && why && !why.value.trim()) {
    why.dataset.meant = key;
    why.focus();
    return;
  }
  target.click();
};

document.addEventListener("keydown", (event) => {
  if (!document.querySelector(".le-item") || event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (isTyping) {
    if (event.target.name === "comment" && event.key === "Enter" && event.target.dataset.meant) {
      event.preventDefault();
      press(event.target.closest(".le-item"), event.target.dataset.meant);
    }
    if (event.key === "Escape") go(event.target.closest(".le-item"));
    return;
  }
  if (event.key === "n" || event.key === "j") step(1);
  else if (event.key === "p" || event.key === "k") step(-1);
  else if ("vdwe".includes(event.key) && event.key.length === 1) press(here() ?? items()[0], event.key);
  else return;
  event.preventDefault();
});

// What is decided makes room: the next one takes the focus. What was refused keeps it.
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = document.getElementById(event.detail.target?.id) ?? event.detail.elt;
  if (!swapped?.matches?.(".le-item")) return;
  if (!swapped.matches(".is-settled")) return go(swapped);
  let next = swapped.nextElementSibling;
  while (next?.matches(".is-settled")) next = next.nextElementSibling;
  go(next ?? items()[0] ?? swapped);
});

document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-queue]") && go(items()[0]));
