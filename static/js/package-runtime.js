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
  };
  const FIXED = {
    "cmi._version": "3.4", "cmi.core.credit": "credit", "cmi.core.lesson_mode": "normal", "cmi.comments_from_lms": "",
    "cmi.student_data.max_time_allowed": "", "cmi.student_data.time_limit_action": "",
  };
  const oneOf = (...words) => (text) => words.includes(text);
  const upTo = (length) => (text) => text.length <= length && !text.includes("\0");
  const number = (text) => text === "" || (/^\d{1,3}(\.\d{1,10})?$/.test(text) && Number(text) <= 100);
  const MAY_BE = {
    "cmi.core.lesson_status": oneOf("passed", "completed", "failed", "incomplete", "browsed"),
    "cmi.core.lesson_location": upTo(255),
    "cmi.suspend_data": upTo(4096),
    "cmi.core.score.raw": number,
    "cmi.core.score.min": number,
    "cmi.core.score.max": number,
    "cmi.core.session_time": (text) => /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/.test(text),
    "cmi.core.exit": oneOf("", "time-out", "suspend", "logout"),
  };
  const WRITE_ONLY = ["cmi.core.session_time", "cmi.core.exit"];
  const NOT_KEPT = /^cmi\.(interactions|objectives|student_preference|comments)(\.|$)/;
  const KEYWORD = /\._(children|count|version)$/;
  const has = (object, name) => Object.hasOwn(object, name);
  const isShown = (name) => has(state.values, name) || has(FIXED, name);

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
    if (name.endsWith("._children")) return has(CHILDREN, base) ? answer(0, CHILDREN[base]) : answer(unreadable(base, 202), "");
    if (name.endsWith("._count")) return answer(unreadable(base, 203), "");
    if (WRITE_ONLY.includes(name)) return answer(404, "");
    if (!isShown(name)) return answer(NOT_KEPT.test(name) ? 401 : 201, "");
    return answer(0, has(FIXED, name) ? FIXED[name] : state.values[name]);
  };
  const unreadable = (base, code) => (NOT_KEPT.test(base) ? 401 : isShown(base) || has(MAY_BE, base) || has(CHILDREN, base) ? code : 201);

  const write = (name, value) => {
    if (NOT_KEPT.test(name)) return no(401);
    if (KEYWORD.test(name)) return no(402);
    if (!has(MAY_BE, name)) return no(isShown(name) ? 403 : 201);
    if (!MAY_BE[name](value)) return no(405);
    state.told[name] = value;
    if (!WRITE_ONLY.includes(name)) state.values[name] = value;
    tell({});
    return yes();
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
