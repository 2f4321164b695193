// Keys for those who would rather not reach for the mouse. `/` searches, `?` shows them all, `g` and a letter goes somewhere.
// Whoever uses speech or types with one finger can switch them off on the help page; this browser remembers it.

const OFF = "keys-off";
const areOff = () => localStorage.getItem(OFF) === "1";
let goesUntil = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || areOff()) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  const waits = goesUntil > Date.now();
  goesUntil = 0;
  if (waits) {
    const place = document.querySelector(`.places [data-goes="${CSS.escape(event.key)}"]`);
    if (place) location.assign(place.href);
  } else if (event.key === "/") {
    const box = [...document.querySelectorAll("[data-search]")].find((one) => one.checkVisibility());
    const door = document.querySelector("a[data-find]");
    if (box) box.focus();
    else if (door) location.assign(door.href);
    else return;
    event.preventDefault();
    box?.select();
  } else if (event.key === "?") {
    showKeys();
  } else if (event.key === "g") {
    goesUntil = Date.now() + 1500;
  }
});

async function showKeys() {
  const door = document.querySelector("a[data-help]");
  if (!door || document.querySelector("dialog.keys")) return;
  const answer = await fetch(door.href, { headers: { "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const keys = page.querySelector("#keys");
  if (!answer.ok || !keys) return location.assign(door.href);
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-labelledby", "keys-head");
  dialog.append(keys);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  keys.querySelector("form[hidden]").hidden = false;
  fillSwitches(dialog);
  dialog.showModal();
}

function fillSwitches(part) {
  for (const box of part.querySelectorAll("[data-keys]")) {
    box.closest(".keys-switch").classList.add("is-ready");
    box.checked = !areOff();
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  }
}
fillSwitches(document);
