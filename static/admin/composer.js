// The composer and the page of an announcement. Everything here only makes quicker what works without it.
const QUIET_MS = 400;
const WIDTHS = { desktop: 720, phone: 390 };

document.documentElement.classList.add("has-script");

const form = document.getElementById("announcement_form");
const stage = document.querySelector(".co-stage");

const chosen = (name) =>
  document.querySelector(`[name="${name}"]:checked, select[name="${name}"], input[type=search][name="${name}"]`)?.value ?? "";

// The page is drawn as wide as it will be read and made smaller to fit.
const fit = () => {
  if (!stage) return;
  const scale = Math.min(1, stage.clientWidth / WIDTHS[chosen("look_width") || "desktop"]);
  stage.style.setProperty("--scale", scale);
  stage.classList.add("is-scaled");
};

// Each look goes into a frame of its own, which takes the place of the last one when it is there:
// no flicker, and no steps for the back button.
const replaceFrame = (load) => {
  const next = stage.querySelector(".co-frame").cloneNode();
  for (const waiting of stage.querySelectorAll(".is-waiting")) waiting.remove();
  next.removeAttribute("src");
  next.name = `preview-${Date.now()}`;
  next.classList.add("is-waiting");
  stage.append(next);
  next.addEventListener("load", () => {
    if (!next.isConnected) return;
    for (const old of stage.querySelectorAll(".co-frame")) if (old !== next) old.remove();
    next.classList.remove("is-waiting");
  });
  load(next);
};

// Files are left out: they are shown once they are saved.
const postInto = (frame) => {
  const shadow = document.createElement("form");
  Object.assign(shadow, { method: "post", action: form.dataset.preview, target: frame.name, hidden: true });
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    shadow.append(input);
  }
  document.body.append(shadow);
  shadow.submit();
  shadow.remove();
};

const lookAgain = () => {
  if (!stage) return;
  fit();
  if (form) return replaceFrame(postInto);
  const address = new URL(stage.querySelector(".co-frame").src || lookAgain.address);
  lookAgain.address = address.href;
  for (const name of ["look_channel", "look_theme", "look_as", "look_for", "look_language"]) address.searchParams.set(name, chosen(name));
  replaceFrame((frame) => { frame.src = address.href; });
};

let waiting;
const soon = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    lookAgain();
    document.body.dispatchEvent(new CustomEvent("announcement-changed"));
  }, QUIET_MS);
};

const insert = (text) => {
  const body = document.getElementById("id_body");
  body.focus();
  body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) insert(button.dataset.insert);
});

document.addEventListener("change", (event) => {
  if (event.target.name?.startsWith("look_") && event.target.name !== "look_for") lookAgain();
});

// Whom the search found is whom the preview is for.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "look_as") lookAgain();
});

// Enter in a line of the form looks again; only a button saves, submits or opens the preview apart.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("#announcement_form input, input[name=look_for]")) return;
  if (["submit", "button", "checkbox", "radio", "file"].includes(event.target.type)) return;
  event.preventDefault();
  if (event.target.name !== "look_for") lookAgain();
});

form?.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("look_") && event.target.type !== "file") soon();
});

document.addEventListener("submit", () => form?.setAttribute("data-saved", ""));

let entered = form && new URLSearchParams(new FormData(form)).toString();
addEventListener("beforeunload", (event) => {
  if (!form || form.hasAttribute("data-saved")) return;
  const now = new FormData(form);
  for (const name of [...now.keys()]) if (name.startsWith("look_")) now.delete(name);
  if (new URLSearchParams(now).toString() !== entered) event.preventDefault();
});

if (form) {
  const start = new FormData(form);
  for (const name of [...start.keys()]) if (name.startsWith("look_")) start.delete(name);
  entered = new URLSearchParams(start).toString();
}
document.getElementById("refusal")?.focus();
if (stage) new ResizeObserver(fit).observe(stage);
if (form && stage && (!stage.querySelector(".co-frame").getAttribute("src") || document.querySelector(".co-refusal"))) lookAgain();
fit();
