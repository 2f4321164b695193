// The SCORM 1.2 runtime of a lesson that was made elsewhere. The portal puts this before everything else in each of its pages
// (enablement/views/packages.py). They live in an origin that is nobody's, so `API` is here, in the page's own window; what is told goes
// to the page around it as messages, and what outlives a page of the lesson is kept in the name of its window.
(() => {
  const memory = () => {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (place) => [...kept.keys()][place] ?? null,
      get length() {
        return kept.size;
      },
    };
  };
  // Many lessons look for these and stop where a browser refuses them. They last as long as the page.
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { value: memory() });
  Object.defineProperty(document, "cookie", { get: () => "", set: () => {} });

  let state;
  try {
    state = JSON.parse(window.name);
  } catch {
    return; // a frame inside the lesson, or a page that nobody listens to
  }
  if (state?.scorm !== "1.2") return;
  const around = window.parent;
  window.parent = window; // looking for `API` in the windows around must end here: theirs may not be looked into

  const WORDS = {
    0: "No error", 101: "General exception", 201: "Invalid argument error", 202: "Element cannot have children",
    203: "Element not an array - cannot have count", 301: "Not initialized", 401: "Not implemented error",
    402: "Invalid set value, element is a keyword", 403: "Element is read only", 404: "Element is write only",
    405: "Incorrect data type",
  };
  const CHILDREN = {
    "cmi.core": "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time",
    "cmi.core.score": "raw,min,max",
    "cmi.student_data": "mastery_score,max_time_allowed,time_limit_action",
    "cmi.student_preference": "audio,language,speed,text",
    "cmi.objectives": "id,score,status",
    "cmi.objectives.n.score": "raw,min,max",
    "cmi.interactions": "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
  };
  const FIXED = {
    "cmi._version": "3.4", "cmi.core.credit": "credit", "cmi.core.lesson_mode": "normal", "cmi.comments_from_lms": "",
    "cmi.student_data.max_time_allowed": "", "cmi.student_data.time_limit_action": "",
  };
  const like = (pattern) => (text) => pattern.test(text);
  const oneOf = (...words) => (text) => words.includes(text);
  const upTo = (length) => (text) => [...text].length <= length && !text.includes("\0");
  const score = (text) => text === "" || (/^\d{1,3}(\.\d{1,10})?$/.test(text) && Number(text) <= 100);
  const percent = like(/^(|\d{1,2}(\.\d{1,7})?|100(\.0{1,7})?)$/);
  const identifier = like(/^[!-~]{1,255}$/);
  const number = like(/^-?\d{1,7}(\.\d{1,7})?$/);
  const span = like(/^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/);
  const RESULTS = oneOf("correct", "wrong", "unanticipated", "neutral");
  const STATUSES = ["passed", "completed", "failed", "incomplete", "browsed"];
  // By the name of the element, with `n` for each place in a list. The server judges the same way (enablement/runtime_notes.py).
  const MAY_BE = {
    "cmi.core.lesson_status": oneOf(...STATUSES),
    "cmi.core.lesson_location": upTo(255),
    "cmi.suspend_data": upTo(4096),
    "cmi.core.score.raw": score,
    "cmi.core.score.min": score,
    "cmi.core.score.max": score,
    "cmi.core.session_time": span,
    "cmi.core.exit": oneOf("", "time-out", "suspend", "logout"),
    "cmi.comments": upTo(4096),
    "cmi.student_preference.audio": like(/^(-1|\d{1,2}|100)$/),
    "cmi.student_preference.language": upTo(255),
    "cmi.student_preference.speed": like(/^-?(\d{1,2}|100)$/),
    "cmi.student_preference.text": oneOf("-1", "0", "1"),
    "cmi.objectives.n.id": identifier,
    "cmi.objectives.n.score.raw": percent,
    "cmi.objectives.n.score.min": percent,
    "cmi.objectives.n.score.max": percent,
    "cmi.objectives.n.status": oneOf(...STATUSES, "not attempted"),
    "cmi.interactions.n.id": identifier,
    "cmi.interactions.n.objectives.n.id": identifier,
    "cmi.interactions.n.time": like(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/),
    "cmi.interactions.n.type": oneOf(
      "true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric",
    ),
    "cmi.interactions.n.correct_responses.n.pattern": upTo(255),
    "cmi.interactions.n.weighting": number,
    "cmi.interactions.n.student_response": upTo(255),
    "cmi.interactions.n.result": (text) => RESULTS(text) || number(text),
    "cmi.interactions.n.latency": span,
  };
  // How many each list may hold; interactions as many as there is room for.
  const LISTS = {
    "cmi.objectives": 100, "cmi.interactions": 10_000, "cmi.interactions.n.objectives": 20, "cmi.interactions.n.correct_responses": 20,
  };
  const PRICE = 16; // of each value, besides its own characters
  const PLACE = /\.(0|[1-9]\d{0,3})(?=\.)/g;
  const KEYWORD = /\._(children|count|version)$/;
  const has = (object, name) => Object.hasOwn(object, name);
  const shapeOf = (name) => name.replace(PLACE, ".n");
  const isInteraction = (name) => name.startsWith("cmi.interactions.");
  const isWriteOnly = (name) => isInteraction(name) || name === "cmi.core.session_time" || name === "cmi.core.exit";
  const isShown = (name) => has(state.values, name) || has(FIXED, name);
  const countOf = (list) => state.counts[list] ?? 0;
  const placesOf = (name) => [...name.matchAll(PLACE)].map((found) => [name.slice(0, found.index), Number(found[1])]);
  const isThere = (name) => placesOf(`${name}.`).every(([list, place]) => place < countOf(list));

  let error = 0;
  const answer = (code, text) => {
    error = code;
    return text;
  };
  const yes = () => answer(0, "true");
  const no = (code) => answer(code, "false");
  const tell = (how) => {
    window.name = JSON.stringify(state);
    around.postMessage({ scorm: "1.2", key: state.key, told: state.told, finished: !!state.finished, ...how }, state.portal);
  };
  const isRunning = () => state.initialized && !state.finished;

  const read = (name) => {
    const base = name.replace(KEYWORD, "");
    const shape = shapeOf(base);
    if (base !== name && !isThere(base)) return answer(201, "");
    if (name.endsWith("._children")) return has(CHILDREN, shape) ? answer(0, CHILDREN[shape]) : answer(unreadable(base, 202), "");
    if (name.endsWith("._count")) return has(LISTS, shape) ? answer(0, String(countOf(base))) : answer(unreadable(base, 203), "");
    if (isWriteOnly(name) && has(MAY_BE, shape)) return answer(404, "");
    if (has(FIXED, name)) return answer(0, FIXED[name]);
    if (has(state.values, name)) return answer(0, state.values[name]);
    return answer(has(MAY_BE, shape) && isThere(name) ? 0 : 201, "");
  };
  const unreadable = (base, code) => (isShown(base) || [MAY_BE, CHILDREN, LISTS].some((known) => has(known, shapeOf(base))) ? code : 201);

  const write = (name, said) => {
    const places = placesOf(name);
    const value = name === "cmi.comments" ? state.values[name] + said : said; // comments are added to one another
    if (KEYWORD.test(name)) return no(402);
    if (!has(MAY_BE, shapeOf(name))) return no(isShown(name) ? 403 : 201);
    if (places.some(([list, place]) => place > countOf(list))) return no(201);
    if (!MAY_BE[shapeOf(name)](value)) return no(405);
    if (places.some(([list, place]) => place >= LISTS[shapeOf(list)]) || !makeRoom(name, value)) return no(101);
    for (const [list, place] of places) state.counts[list] = Math.max(countOf(list), place + 1);
    state.told[name] = value;
    if (!isWriteOnly(name)) state.values[name] = value;
    tell({});
    return yes();
  };
  const makeRoom = (name, value) => {
    if (!isInteraction(name)) return true;
    const back = has(state.told, name) ? state.told[name].length + PRICE : 0;
    const left = state.room + back - value.length - PRICE;
    if (left >= 0) state.room = left;
    return left >= 0;
  };

  window.API = {
    LMSInitialize(nothing) {
      if (nothing !== "") return no(201);
      if (state.initialized) return no(101);
      state.initialized = true;
      tell({});
      return yes();
    },
    LMSFinish(nothing) {
      if (nothing !== "") return no(201);
      if (!isRunning()) return no(301);
      state.finished = true;
      tell({ now: true });
      return yes();
    },
    LMSCommit(nothing) {
      if (nothing !== "") return no(201);
      if (!isRunning()) return no(301);
      tell({ now: true });
      return yes();
    },
    LMSGetValue(name) {
      return isRunning() ? read(String(name)) : answer(301, "");
    },
    LMSSetValue(name, value) {
      return isRunning() ? write(String(name), String(value)) : no(301);
    },
    LMSGetLastError: () => String(error),
    LMSGetErrorString: (code) => WORDS[code] ?? "",
    LMSGetDiagnostic: (code) => WORDS[code || error] ?? "",
  };
})();
