// Answers go to the server as they are given (htmx). Until one has arrived it is kept in this window as well, so that neither a lost
// connection, nor a reload, nor the end of the time loses it. The server judges all of it anew, and its clock alone decides.
const form = document.querySelector("form.quiz");
const kept = document.getElementById("kept");
const place = `quiz:${location.pathname}`;
const AGAIN = 5000;
let timer = 0;
let isOver = false;

const waiting = () => JSON.parse(sessionStorage.getItem(place) ?? "{}");
const write = (answers) =>
  Object.keys(answers).length ? sessionStorage.setItem(place, JSON.stringify(answers)) : sessionStorage.removeItem(place);
const keyOf = (element) => element.closest?.(".quiz-question")?.querySelector("[name=asked]").value;
const said = (key) => new FormData(form).getAll(key);
const remember = (key) => write({ ...waiting(), [key]: said(key) });
// What was changed again meanwhile still waits.
const forget = (sent) => {
  const left = Object.entries(waiting()).filter(([key, values]) => !(key in sent) || String(sent[key]) !== String(values));
  write(Object.fromEntries(left));
};

// Several questions at once, as the button does that keeps; what the server says of it stands where it always stands.
const post = (answers, more = {}) => {
  const body = new URLSearchParams({ do: "keep", csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  for (const [key, values] of Object.entries(answers)) {
    body.append("asked", key);
    for (const value of values) body.append(key, value);
  }
  return fetch(location.pathname, { method: "POST", body, headers: { "HX-Request": "true" }, ...more });
};

// True where nothing waits any more.
async function send() {
  clearTimeout(timer);
  const answers = waiting();
  if (!Object.keys(answers).length) return true;
  try {
    const answer = await post(answers);
    if (answer.status >= 500) throw new Error(answer.statusText);
    // Anything else than the part that was asked for is another page, such as that for signing in.
    if (answer.redirected || !answer.ok) {
      kept.textContent = kept.dataset.stale;
      return false;
    }
    kept.innerHTML = await answer.text();
    forget(answers);
    return true;
  } catch {
    lost();
    return false;
  }
}

function lost() {
  kept.textContent = kept.dataset.lost;
  clearTimeout(timer);
  timer = setTimeout(goOn, AGAIN);
}

const goOn = async () => {
  if ((await send()) && isOver) location.reload();
};

function putBack() {
  for (const [key, values] of Object.entries(waiting())) {
    [...form.querySelectorAll(`[name="${CSS.escape(key)}"]`)].forEach((field, number) => {
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[number] ?? "";
    });
  }
}

if (form && !form.querySelector("button[disabled]")) {
  putBack();
  send();
  form.addEventListener("input", ({ target }) => keyOf(target) && remember(keyOf(target)));
  // Before htmx sends it: what is on its way may not arrive.
  form.addEventListener("change", ({ target }) => keyOf(target) && remember(keyOf(target)), { capture: true });
  form.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
    const key = keyOf(target);
    if (key) detail.xhr.sent = { [key]: said(key) };
  });
  form.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && detail.xhr.sent && forget(detail.xhr.sent));
  for (const failed of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) form.addEventListener(failed, lost);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    lost();
  });
  addEventListener("online", goOn);
  addEventListener("pagehide", () => {
    if (Object.keys(waiting()).length) post(waiting(), { keepalive: true });
  });
}

// How much time is left, by what the server said when the page was made. At the end what waits is sent, and the page is asked for
// anew, which says what was kept.
for (const clock of document.querySelectorAll("[data-seconds]")) {
  const ends = performance.now() + Number(clock.dataset.seconds) * 1000;
  const left = clock.querySelector("[data-left]");
  const show = () => {
    const seconds = Math.max(0, Math.round((ends - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("is-short", seconds < 60);
    if (seconds > 0) return;
    clearInterval(ticking);
    isOver = true;
    goOn();
  };
  const ticking = setInterval(show, 1000);
  show();
}
