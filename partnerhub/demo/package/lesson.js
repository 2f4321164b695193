// A small lesson as an authoring program would export it: pages to read, then questions, by SCORM 1.2. LESSON is in content.js.
const find = (from) => {
  for (let around = from, n = 0; n < 9; around = around.parent, n++) {
    if (around.API) return around.API;
    if (around.parent === around) return null;
  }
  return null;
};
const api = find(window);
const get = (name) => api?.LMSGetValue(name) ?? "";
const set = (name, value) => api?.LMSSetValue(name, String(value));

const GOAL = "cmi.objectives.0";
const LETTERS = "abcdefgh";
const began = Date.now();
const page = document.getElementById("page");
const steps = [...LESSON.pages, ...LESSON.questions];
let place = 0;
let answers = [];

const make = (tag, words = "", more = {}) => Object.assign(document.createElement(tag), { textContent: words, ...more });
const clock = (milliseconds) => {
  const seconds = Math.round(milliseconds / 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

const keep = () => {
  set("cmi.core.lesson_location", place);
  set("cmi.suspend_data", JSON.stringify(answers));
  set("cmi.core.session_time", clock(Date.now() - began));
  set("cmi.core.exit", place < steps.length ? "suspend" : "");
  api?.LMSCommit("");
};

const go = (to) => {
  place = to;
  keep();
  show().focus();
};

const show = () => {
  const step = steps[place];
  const heading = make("h1", step ? step.title : "That was it", { tabIndex: -1 });
  page.replaceChildren(make("p", step ? `${place + 1} of ${steps.length}` : LESSON.title, { className: "place" }), heading);
  if (!step) page.append(...end());
  else if (step.options) page.append(...question(step));
  else page.append(...step.text.map((words) => make("p", words)), buttons(make("button", "Go on", { onclick: () => go(place + 1) })));
  return heading;
};

const buttons = (...own) => {
  const row = make("p", "", { className: "buttons" });
  if (place > 0 && place < steps.length) row.append(make("button", "Back", { className: "quiet", onclick: () => go(place - 1) }));
  row.append(...own);
  return row;
};

const question = (step) => {
  const number = place - LESSON.pages.length;
  const shown = Date.now();
  const field = make("fieldset");
  const said = make("div", "", { role: "status" });
  const check = make("button", "Check", { disabled: true });
  const on = make("button", "Go on", { hidden: true, onclick: () => go(place + 1) });
  field.append(make("legend", step.text));
  step.options.forEach((words, at) => {
    const label = make("label");
    label.append(make("input", "", { type: "radio", name: "answer", value: at, onchange: () => (check.disabled = false) }), words);
    field.append(label);
  });
  const judge = (chosen) => {
    const isRight = chosen === step.right;
    field.disabled = true;
    check.hidden = true;
    on.hidden = false;
    said.replaceChildren(make("p", `${isRight ? "Right." : "Not quite."} ${step.why}`, { className: isRight ? "right" : "wrong" }));
  };
  check.onclick = () => {
    const chosen = Number(field.querySelector(":checked").value);
    answers[number] = chosen;
    note(step, chosen, Date.now() - shown);
    keep();
    judge(chosen);
    on.focus();
  };
  if (Number.isInteger(answers[number])) {
    field.querySelector(`[value="${answers[number]}"]`).checked = true;
    judge(answers[number]);
  }
  return [field, said, buttons(check, on)];
};

const note = (step, chosen, took) => {
  const at = `cmi.interactions.${get("cmi.interactions._count")}`;
  set(`${at}.id`, step.id);
  set(`${at}.objectives.0.id`, LESSON.objective);
  set(`${at}.type`, "choice");
  set(`${at}.time`, new Date().toTimeString().slice(0, 8));
  set(`${at}.student_response`, LETTERS[chosen]);
  set(`${at}.correct_responses.0.pattern`, LETTERS[step.right]);
  set(`${at}.result`, chosen === step.right ? "correct" : "wrong");
  set(`${at}.latency`, clock(took));
};

const end = () => {
  const right = LESSON.questions.filter((step, number) => answers[number] === step.right).length;
  const score = Math.floor((100 * right) / LESSON.questions.length);
  const standing = score >= LESSON.mastery ? "passed" : "failed";
  for (const [name, value] of Object.entries({ raw: score, min: 0, max: 100 })) {
    set(`cmi.core.score.${name}`, value);
    set(`${GOAL}.score.${name}`, value);
  }
  set("cmi.core.lesson_status", standing);
  set(`${GOAL}.status`, standing);
  api?.LMSCommit("");
  const again = make("button", "Answer again", { className: "quiet", onclick: () => ((answers = []), go(LESSON.pages.length)) });
  return [make("p", `${right} of ${LESSON.questions.length} answers are right.`), remark(), buttons(again)];
};

const remark = () => {
  const label = make("label", "Was something unclear?", { className: "words" });
  const words = make("textarea", "", { maxLength: 500 });
  const send = make("button", "Tell the author", {
    onclick: () => {
      if (!words.value.trim()) return;
      set("cmi.comments", `${words.value.trim()}\n`);
      api?.LMSCommit("");
      label.replaceWith(make("p", "Thank you. The author reads it.", { role: "status" }));
      send.remove();
    },
  });
  label.append(words);
  const around = make("div", "", { className: "remark" });
  around.append(label, send);
  return around;
};

api?.LMSInitialize("");
if (get("cmi.core.lesson_status") === "not attempted") {
  set("cmi.core.lesson_status", "incomplete");
  set(`${GOAL}.id`, LESSON.objective);
  set(`${GOAL}.status`, "incomplete");
}
place = Math.min(Number(get("cmi.core.lesson_location")) || 0, steps.length);
answers = JSON.parse(get("cmi.suspend_data") || "[]");
show();
addEventListener("pagehide", () => {
  keep();
  api?.LMSFinish("");
});
