// The page around a lesson that was made elsewhere. What it tells (package-runtime.js) is sent to the server: at once where the lesson
// asks for it, soon where it does not, and when the page is left. Until it has arrived it is kept in this window, so that neither a lost
// connection nor a reload loses it. The server judges all of it anew.
const frame = document.querySelector("[data-package]");
const standing = document.getElementById("package-standing");
const SOON = 4000;
const AGAIN = 8000;
const place = `package:${frame.dataset.person}:${frame.dataset.told}`;
const own = { session: frame.dataset.session, key: frame.dataset.key };
let waiting = null;
let underway = null;
let timer = 0;
let arrived = {}; // what the server has of this opening, and need not be told again

const news = (told) => Object.fromEntries(Object.entries(told).filter(([name, value]) => arrived[name] !== value));
const body = ({ told, session, key, finished }) =>
  new URLSearchParams({ told: JSON.stringify(news(told)), session, key, finished: finished ? "1" : "0" });
const post = (said, more = {}) =>
  fetch(frame.dataset.told, { method: "POST", body: body(said), headers: { "X-CSRFToken": frame.dataset.csrf }, ...more });
// Anything else is another page, such as that for signing in: whoever does finds what was kept here.
const isOurs = (answer) => !answer.redirected && [200, 409, 422].includes(answer.status);

const keep = (said) => {
  waiting = said;
  sessionStorage.setItem(place, JSON.stringify(said));
};
const forget = (said) => {
  if (waiting !== said) return;
  waiting = null;
  sessionStorage.removeItem(place);
};
const later = (milliseconds) => {
  timer ||= setTimeout(send, milliseconds);
};

// One after the other; whoever waits for it waits for the one that is under way.
const send = () => (underway ||= push().finally(() => (underway = null)));

async function push() {
  clearTimeout(timer);
  timer = 0;
  if (!waiting) return;
  const said = waiting;
  try {
    const answer = await post(said);
    if (answer.status >= 500) throw new Error(answer.statusText);
    if (isOurs(answer)) {
      standing.innerHTML = await answer.text();
      if (answer.ok) arrived = { ...arrived, ...said.told };
      forget(said);
    } else standing.textContent = standing.dataset.stale;
  } catch {
    standing.textContent = standing.dataset.lost;
    later(AGAIN);
  }
  if (waiting && waiting !== said) await push();
}

// From our frame, whose origin is nobody's. What it says while it is being left comes from no window any more: the key tells it.
const isOfFrame = ({ source, origin, data }) =>
  (source === frame.contentWindow || source === null) && origin === "null" && data?.scorm === "1.2" && data.key === own.key;

addEventListener("message", (event) => {
  if (!isOfFrame(event) || typeof event.data.told !== "object") return;
  keep({ ...own, told: event.data.told, finished: event.data.finished === true });
  if (event.data.now) send();
  else later(SOON);
});
addEventListener("online", send);
addEventListener("pagehide", () => {
  if (waiting) post(waiting, { keepalive: true });
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") send();
});

// Whoever leaves by a link leaves the lesson first, so that it can end in good order.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.target || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.origin !== location.origin || link.getAttribute("href").startsWith("#") || !frame.src) return;
  event.preventDefault();
  const go = () => location.assign(link.href);
  frame.addEventListener("load", () => setTimeout(() => send().then(go, go), 100), { once: true });
  frame.src = "about:blank";
});

// What did not arrive the last time goes first; then the page says where one really is, and the lesson begins there.
const begin = () => (frame.src = frame.dataset.package);
const left = sessionStorage.getItem(place);
const settle = (answer) => {
  if (isOurs(answer)) sessionStorage.removeItem(place);
  if (answer.status === 200 && isOurs(answer)) location.reload();
  else begin();
};
if (left) post(JSON.parse(left)).then(settle, begin);
else begin();
