/* The segment builder: two rules as sentences that are edited in place.
   The text areas below it stay the truth: they are written on every change, and read when someone edits the JSON. */
(() => {
  "use strict";

  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
  let offer, words, byName;

  document.addEventListener("DOMContentLoaded", () => {
    offer = read("segment-builder-offer");
    words = read("segment-builder-words");
    if (!offer) return;
    byName = new Map(offer.fields.map((field) => [field.name, field]));
    build(document.getElementById("id_rule"), "partner");
    build(document.getElementById("id_contact_rule"), "contact");
  });

  /* ---- Small ways to make elements ---- */

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  }

  const option = (value, label, selected) => {
    const element = make("option", { value }, label);
    element.selected = selected;
    return element;
  };
  const select = (label, options, onchange) =>
    make("select", { class: "sb-input", "aria-label": label, onchange }, ...options);
  const button = (label, onclick, name = label) =>
    make("button", { type: "button", class: "sb-button", "aria-label": name, onclick }, label);

  /* ---- One rule ---- */

  function build(area, about) {
    if (!area) return;
    const box = make("div", { class: "sb-rule" });
    const json = make("details", { class: "sb-json" }, make("summary", {}, words.asJson));
    area.before(box, json);
    json.append(area);
    area.classList.add("sb-area");

    const draw = () => {
      const rule = parsed(area.value);
      if (rule === null) return false;
      box.replaceChildren(group(asGroup(rule), about, true));
      return true;
    };
    const changed = () => area.dispatchEvent(new CustomEvent("segment-changed", { bubbles: true }));
    box.addEventListener("input", () => { area.value = written(box); changed(); });
    area.addEventListener("input", () => { draw(); changed(); });
    if (!draw()) json.open = true;
  }

  function parsed(text) {
    try {
      const rule = JSON.parse(text.trim() || "null") ?? { all: [] };
      return understood(rule) ? rule : null;
    } catch { return null; }
  }

  /* What the builder cannot show stays with the JSON: it never throws away what someone wrote. */
  function understood(node, depth = 1) {
    if (depth > 12 || typeof node !== "object" || node === null || Array.isArray(node)) return false;
    if (depth === 1 && Object.keys(node).length === 0) return true;
    for (const kind of ["all", "any"]) {
      if (kind in node) return Array.isArray(node[kind]) && node[kind].every((child) => understood(child, depth + 1));
    }
    return "not" in node ? understood(node.not, depth + 1) : typeof node.field === "string";
  }

  function asGroup(rule) {
    return ["all", "any", "not"].some((kind) => kind in rule) ? rule : { all: "field" in rule ? [rule] : [] };
  }

  const changedIn = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));

  /* ---- Groups: all of, any of, none of. None of is “not any”; a single condition needs no “any”. ---- */

  function group(node, about, isRoot = false) {
    const kind = "all" in node ? "all" : "any" in node ? "any" : "none";
    const inside = kind === "none" ? ("any" in node.not ? node.not.any : [node.not]) : node[kind];
    const list = make("ul", { class: "sb-parts" });
    list.append(...inside.map((child) => part(child, about)));
    const kinds = select(words.group, ["all", "any", "none"].map((one) => option(one, words[one], one === kind)));
    const element = make("div", { class: "sb-group", role: "group" },
      make("div", { class: "sb-head" }, kinds, isRoot ? null : remove()),
      list,
      make("div", { class: "sb-adds" },
        button(words.addCondition, () => add(list, part(firstLeaf(about), about))),
        button(words.addGroup, () => add(list, part({ any: [firstLeaf(about)] }, about)))));
    element.dataset.kind = kind;
    kinds.addEventListener("change", () => { element.dataset.kind = kinds.value; });
    return element;
  }

  const isGroup = (node) => "all" in node || "any" in node || "not" in node;
  const part = (node, about) => make("li", {}, isGroup(node) ? group(node, about) : leaf(node, about));

  function add(list, item) {
    list.append(item);
    changedIn(list);
    item.querySelector("select").focus();
  }

  /* After removing, the keyboard stands on the next part or on what adds one. */
  function remove() {
    return make("button", { type: "button", class: "sb-remove", "aria-label": words.remove, title: words.remove, onclick: (event) => {
      const item = event.currentTarget.closest("li");
      const list = item.parentElement;
      const next = item.nextElementSibling || item.previousElementSibling;
      item.remove();
      changedIn(list);
      (next?.querySelector("select") || list.nextElementSibling.querySelector("button")).focus();
    } }, "✕");
  }

  const firstLeaf = (about) => about === "contact"
    ? { field: "contact.function", op: "in", value: [] }
    : { field: "partner.country", op: "in", value: [] };

  /* ---- Conditions ---- */

  function leaf(node, about) {
    const element = make("div", { class: "sb-leaf" });
    drawLeaf(element, node, about);
    return element;
  }

  function drawLeaf(element, node, about) {
    const field = byName.get(node.field) || byName.get(words.aliases[node.field]) || unknownField(node);
    const asked = operatorOf(field, node);
    const redraw = (change) => { drawLeaf(element, { ...leafOf(element), ...change }, about); changedIn(element); };
    const begin = (node) => { drawLeaf(element, node, about); changedIn(element); };
    const fields = select(words.field, fieldOptions(field, about), (event) => {
      const chosen = byName.get(event.target.value);
      begin({ field: chosen.name, ...start(chosen, chosen.operators[0]), ...(chosen.isPerformance ? { quarters: 4 } : {}) });
      element.querySelector("select").focus();
    });
    const operators = select(words.operator, field.operators.map((one, nth) => option(nth, one.label, one === asked)), (event) => {
      const chosen = field.operators[event.target.value];
      redraw(carried(field, asked, chosen, leafOf(element)));
      element.querySelectorAll("select")[1].focus();
    });
    fields.classList.add("sb-field");
    const values = valueInputs(field, asked, node);
    const figures = field.isPerformance ? figureInputs(node) : null;
    const only = field.options?.length ? onlyInput(field, node) : null;
    element.replaceChildren(
      make("div", { class: "sb-sentence" }, fields, figures?.element, operators, values.element, only?.element), remove());
    element.leaf = () => ({ field: field.name, op: asked.op, value: values.read(), ...figures?.read(), ...only?.read() });
  }

  const leafOf = (element) => element.leaf();

  function unknownField(node) {
    return { name: node.field, label: node.field, group: words.unknown, input: "text", choices: [], vocabulary: "",
      operators: [{ op: node.op || "eq", label: node.op || "eq", input: Array.isArray(node.value) ? "many" : "one" }] };
  }

  function operatorOf(field, node) {
    const op = node.op || "eq";
    const fits = field.operators.filter((one) => one.op === op || (one.op === "contains" && op === "eq"));
    if (op === "is_empty") return fits.find((one) => one.value === (node.value ?? true)) || fits[0];
    if (op === "within_days") return fits.find((one) => one.sign === (node.value < 0 ? -1 : 1)) || fits[0];
    if (fits.length) return fits[0];
    const strange = { op, label: op, input: Array.isArray(node.value) ? "many" : "one" };
    field.operators = [...field.operators, strange];
    return strange;
  }

  function start(field, operator) {
    const value = { many: [], days: 90 * (operator.sign || 1), none: operator.value, one: "" }[operator.input];
    return { op: operator.op, value: operator.input === "one" && field.input === "yes_no" ? true : value };
  }

  /* From “is Gold” to “is one of Gold”, and back, the value comes along. */
  function carried(field, from, to, node) {
    if (from.input === "one" && to.input === "many") return { op: to.op, value: node.value === "" ? [] : [node.value] };
    if (from.input === "many" && to.input === "one") return { op: to.op, value: node.value[0] ?? "" };
    if (from.input === to.input && to.input !== "none" && to.input !== "days") return { op: to.op, value: node.value };
    if (from.input === "days" && to.input === "days") return { op: to.op, value: Math.abs(node.value) * to.sign };
    return start(field, to);
  }

  function fieldOptions(current, about) {
    const groups = new Map();
    for (const field of [...offer.fields, ...(byName.has(current.name) ? [] : [current])]) {
      if (!groups.has(field.group)) groups.set(field.group, []);
      groups.get(field.group).push(option(field.name, field.label, field.name === current.name));
    }
    const names = [...groups.keys()];
    if (about === "contact") names.sort((a, b) => (b === words.people) - (a === words.people));
    return names.map((name) => make("optgroup", { label: name }, ...groups.get(name)));
  }

  /* ---- Values ---- */

  function valueInputs(field, asked, node) {
    return { none: noValue, days: daysValue, many: manyValues, one: oneValue }[asked.input](field, asked, node);
  }

  /* Which figures are summed up: over what period, and perhaps of one programme, region, product, industry or activity. */
  function figureInputs(node) {
    const unit = node.within_days ? "within_days" : "quarters";
    const count = make("input", { class: "sb-input sb-short", type: "number", min: 1, "aria-label": words.period });
    count.value = node.within_days || node.quarters || 4;
    const units = select(words.periodUnit, [option("quarters", words.quarters, unit === "quarters"), option("within_days", words.days, unit === "within_days")]);
    const narrowed = new Map(offer.narrowings.filter(([key]) => node[key] != null).map(([key]) => [key, String(node[key])]));
    const element = make("span", { class: "sb-values" });
    const draw = () => {
      const inputs = offer.narrowings.filter(([key]) => narrowed.has(key)).map(([key, label, choices]) => narrowing(key, label, choices, narrowed, draw));
      const rest = offer.narrowings.filter(([key]) => !narrowed.has(key));
      const more = rest.length ? select(words.narrow, [option("", words.narrow, true), ...rest.map(([key, label]) => option(key, label, false))]) : null;
      more?.addEventListener("input", (event) => event.stopPropagation());
      more?.addEventListener("change", () => { narrowed.set(more.value, ""); draw(); changedIn(element); });
      element.replaceChildren(words.overTheLast, " ", count, units, ...inputs, ...(more ? [more] : []));
    };
    draw();
    const read = () => ({ [units.value]: Number(count.value), ...Object.fromEntries([...narrowed].filter(([, value]) => value !== "")) });
    return { element, read };
  }

  function narrowing(key, label, choices, narrowed, draw) {
    const value = narrowed.get(key);
    const known = choices.length ? choices : offer.choices[key] || [];
    const listed = known.some(([one]) => one === value) || value === "" ? known : [[value, value], ...known];
    const input = known.length
      ? select(label, [option("", `${label} …`, value === ""), ...listed.map(([one, name]) => option(one, name, one === value))])
      : make("input", { class: "sb-input", type: "text", maxlength: 200, placeholder: label, "aria-label": label });
    if (!known.length) input.value = value;
    input.addEventListener("input", () => narrowed.set(key, input.value));
    const drop = make("button", { type: "button", "aria-label": `${words.remove} ${label}`,
      onclick: (event) => { const host = event.currentTarget.closest(".sb-values"); narrowed.delete(key); draw(); changedIn(host); } }, "✕");
    return make("span", { class: "sb-chip" }, input, drop);
  }

  /* Whether any value counts, or only one that is verified, fresh or both. */
  function onlyInput(field, node) {
    const asked = field.options.filter((one) => (node.only || []).includes(one)).join(" ");
    const ways = ["", ...field.options, ...(field.options.length > 1 ? [field.options.join(" ")] : [])];
    const chosen = select(words.only, ways.map((one) => option(one, words.onlyWays[one], one === asked)));
    chosen.classList.add("sb-only");
    chosen.dataset.asked = asked;
    chosen.addEventListener("change", () => { chosen.dataset.asked = chosen.value; });
    return { element: chosen, read: () => (chosen.value === "" ? {} : { only: chosen.value.split(" ") }) };
  }

  const noValue = (field, asked) => ({ element: make("span"), read: () => asked.value });

  function daysValue(field, asked, node) {
    const input = make("input", { class: "sb-input sb-short", type: "number", min: 0, max: 36500, "aria-label": words.days });
    input.value = Math.abs(node.value ?? 90);
    const read = () => (input.value === "" ? "" : Number(input.value) * asked.sign);
    return { element: make("span", { class: "sb-values" }, input, words.days), read };
  }

  const choicesOf = (field) => (field.choices.length ? field.choices : offer.choices[field.vocabulary] || []);

  function oneValue(field, asked, node) {
    const value = Array.isArray(node.value) ? (node.value[0] ?? "") : (node.value ?? "");
    if (field.input === "yes_no") {
      const chosen = select(words.value, [option("true", words.yes, value !== false), option("false", words.no, value === false)]);
      return { element: chosen, read: () => chosen.value === "true" };
    }
    const input = singleInput(field, String(value));
    const read = () => (field.input === "number" && input.value !== "" ? Number(input.value) : input.value);
    return { element: input, read };
  }

  function singleInput(field, value) {
    const choices = choicesOf(field);
    if (field.input === "choice" && choices.length) {
      const known = choices.some(([key]) => key === value);
      const rest = known || value === "" ? [] : [option(value, value, true)];
      return select(words.value, [option("", words.choose, value === ""), ...rest, ...choices.map(([key, name]) => option(key, name, key === value))]);
    }
    const type = field.input === "choice" ? "text" : field.input;
    const input = make("input", { class: "sb-input", type, step: type === "number" ? "any" : null, maxlength: 200,
      "aria-label": words.value, placeholder: words.enterValue });
    if (choices.length) input.setAttribute("list", suggestions(field, choices));
    input.value = value;
    return input;
  }

  function suggestions(field, choices) {
    const id = `segment-list-${field.vocabulary}`;
    if (!document.getElementById(id)) {
      document.body.append(make("datalist", { id }, ...choices.map(([key, name]) => make("option", { value: key }, name))));
    }
    return id;
  }

  /* Several values: chosen ones as words with a cross, and one more input that adds. */
  function manyValues(field, asked, node) {
    const names = new Map(choicesOf(field));
    const values = [...(Array.isArray(node.value) ? node.value : node.value === "" || node.value == null ? [] : [node.value])];
    const element = make("span", { class: "sb-values" });
    const draw = (focus) => {
      const chips = values.map((value, nth) => make("span", { class: "sb-chip" }, names.get(value) || String(value),
        make("button", { type: "button", "aria-label": `${words.remove} ${names.get(value) || value}`,
          onclick: () => { values.splice(nth, 1); draw(true); changedIn(element); } }, "✕")));
      element.replaceChildren(...chips, adder());
      if (focus) element.lastElementChild.focus();
    };
    const take = (text) => {
      const value = field.input === "number" ? Number(text) : text.trim();
      if (text.trim() === "" || Number.isNaN(value) || values.includes(value)) return;
      values.push(value);
      draw(true);
      changedIn(element);
    };
    const adder = () => {
      const choices = choicesOf(field).filter(([key]) => !values.includes(key));
      if (field.input === "choice" && choicesOf(field).length) {
        const more = select(words.addValue, [option("", values.length ? words.another : words.choose, true), ...choices.map(([key, name]) => option(key, name, false))]);
        more.addEventListener("input", (event) => event.stopPropagation());
        more.addEventListener("change", () => take(more.value));
        return more;
      }
      const input = singleInput(field, "");
      input.placeholder = words.enterAdds;
      input.addEventListener("input", (event) => event.stopPropagation());
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === ",") { event.preventDefault(); take(input.value); }
      });
      input.addEventListener("change", () => take(input.value));
      return input;
    };
    draw(false);
    return { element, read: () => [...values] };
  }

  /* ---- From the page back to JSON ---- */

  const written = (box) => JSON.stringify(writtenGroup(box.firstElementChild), null, 2);

  function writtenGroup(element) {
    const list = element.querySelector(":scope > .sb-parts");
    const parts = [...list.children].map((item) => {
      const inner = item.firstElementChild;
      return inner.classList.contains("sb-group") ? writtenGroup(inner) : inner.leaf();
    });
    if (element.dataset.kind !== "none") return { [element.dataset.kind]: parts };
    return { not: parts.length === 1 ? parts[0] : { any: parts } };
  }
})();
