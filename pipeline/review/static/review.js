// Keys of the document screen. Without this script the page still works with mouse and Tab.
"use strict";
(() => {
  const body = document.body;
  const form = document.querySelector("form.cells");
  if (!body.classList.contains("desk") || !form) return;
  const cells = [...form.querySelectorAll(".cell.asked")];
  const scan = document.querySelector(".scan");
  const keep = window.localStorage;
  let current = null;
  let sent = false;

  const inputOf = (cell) => cell.querySelector("input.value");
  const unreadableOf = (cell) => cell.querySelector("input[type=checkbox]");

  function show(cell) {
    current = cell;
    for (const one of cells) one.classList.toggle("current", one === cell);
    for (const box of scan.querySelectorAll("rect")) {
      const isCurrent = cell !== null && box.dataset.column === cell.dataset.column;
      box.classList.toggle("current", isCurrent);
      if (isCurrent) bringIntoView(box);
    }
  }

  function bringIntoView(box) {
    const place = box.getBoundingClientRect();
    const around = scan.getBoundingClientRect();
    if (place.top < around.top || place.bottom > around.bottom) {
      scan.scrollTop += place.top - around.top - around.height / 3;
    }
  }

  function focus(cell) {
    if (cell) cell.focus();
  }

  function step(by) {
    const index = cells.indexOf(current) + by;
    if (index >= 0 && index < cells.length) focus(cells[index]);
  }

  function put(cell, value) {
    const input = inputOf(cell);
    if (!input) return;
    input.value = value;
    const box = unreadableOf(cell);
    if (box) box.checked = false;
    mark(cell);
  }

  function mark(cell) {
    const input = inputOf(cell);
    if (!input) return;
    cell.classList.toggle("changed", input.value !== input.defaultValue);
    for (const button of cell.querySelectorAll(".candidate")) {
      button.classList.toggle("chosen", button.dataset.value === input.value);
    }
  }

  function choose(number) {
    const button = current && current.querySelectorAll(".candidates .candidate")[number - 1];
    if (!button) return;
    put(current, button.dataset.value);
    step(1);
  }

  function write(isNew) {
    const input = current && inputOf(current);
    if (!input) return;
    if (isNew) put(current, "");
    input.focus();
    input.setSelectionRange(input.value.length, input.value.length);
  }

  function unreadable() {
    const box = current && unreadableOf(current);
    if (!box) return;
    box.checked = !box.checked;
    step(1);
  }

  function send() {
    if (sent) return; // a key held down must not answer the next document
    sent = true;
    form.requestSubmit();
  }

  function leave(address) {
    if (sent) return;
    sent = true;
    window.location.assign(address);
  }

  function undo() {
    if (sent) return;
    sent = true;
    document.getElementById("undo").requestSubmit();
  }

  // --- size of the page, and the text beside it

  function zoom(by) {
    const size = Math.min(3, Math.max(1, Number(keep.getItem("zoom") || 1) + by));
    keep.setItem("zoom", String(size));
    for (const one of [2, 3]) scan.classList.toggle(`zoom-${one}`, one === size);
    show(current);
  }

  function text(isToggled) {
    const isHidden = (keep.getItem("text") === "hidden") !== isToggled;
    keep.setItem("text", isHidden ? "hidden" : "shown");
    scan.classList.toggle("no-text", isHidden);
    scan.querySelector("[data-do=text]").setAttribute("aria-pressed", String(!isHidden));
  }

  // --- one ink alone: the server takes it from the scan when it is asked for

  function ink(name) {
    for (const button of inks) button.setAttribute("aria-pressed", String(button.dataset.ink === name));
    for (const picture of document.querySelectorAll(".scan img, img.evidence")) {
      const address = new URL(picture.src);
      address.searchParams.delete("ink");
      if (name) address.searchParams.set("ink", name);
      picture.src = address.href;
    }
  }

  function nextInk() {
    if (!inks.length) return;
    const index = inks.findIndex((one) => one.getAttribute("aria-pressed") === "true");
    ink(inks[(index + 1) % inks.length].dataset.ink);
  }

  const inks = [...document.querySelectorAll("[data-do=ink]")];
  const actions = {
    text: () => text(true),
    larger: () => zoom(1),
    smaller: () => zoom(-1),
    ink: (event) => ink(event.currentTarget.dataset.ink),
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", actions[button.dataset.do]);
  }

  // --- suggestions while writing

  let asked = 0;

  async function suggest(cell) {
    const input = inputOf(cell);
    const list = cell.querySelector(".suggestions");
    if (!list) return;
    const turn = ++asked;
    list.dataset.state = "old"; // what is listed answers an earlier text
    let values = [];
    if (input.value.trim()) {
      const query = new URLSearchParams({ text: input.value });
      const answer = await fetch(`/suggestions/${cell.dataset.column}?${query}`);
      values = answer.ok ? await answer.json() : [];
    }
    if (turn !== asked) return;
    list.replaceChildren(...values.map((value, index) => option(cell, value, index)));
    list.dataset.state = "current";
    open(cell, values.length > 0);
  }

  function option(cell, value, index) {
    const one = document.createElement("li");
    one.id = `option-${cell.dataset.column}-${index}`;
    one.setAttribute("role", "option");
    one.setAttribute("aria-selected", "false");
    one.textContent = value;
    one.addEventListener("mousedown", (event) => {
      event.preventDefault();
      put(cell, value);
      open(cell, false);
    });
    return one;
  }

  function open(cell, isOpen) {
    const list = cell.querySelector(".suggestions");
    if (!list) return;
    list.hidden = !isOpen;
    const input = inputOf(cell);
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  }

  function walk(cell, by) {
    const list = cell.querySelector(".suggestions");
    if (!list || list.hidden || list.dataset.state !== "current") return false;
    const options = [...list.children];
    const index = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const next = options[Math.min(options.length - 1, Math.max(0, index + by))];
    for (const one of options) one.setAttribute("aria-selected", String(one === next));
    inputOf(cell).setAttribute("aria-activedescendant", next.id);
    put(cell, next.textContent);
    return true;
  }

  // --- keys

  function keyInInput(event, cell) {
    if (event.isComposing) return; // an input method is still putting a letter together
    if (event.key === "Enter") {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      open(cell, false);
      focus(cell.classList.contains("asked") ? cell : cells[0]);
    } else if (event.key === "Tab" && cell.classList.contains("asked")) {
      open(cell, false);
      const next = cells[cells.indexOf(cell) + (event.shiftKey ? -1 : 1)];
      if (next) {
        event.preventDefault();
        focus(next);
      }
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (walk(cell, event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    }
  }

  const commands = {
    Enter: send,
    " ": () => write(true),
    F2: () => write(false),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    u: unreadable,
    s: () => leave(body.dataset.skip),
    z: undo,
    t: () => text(true),
    i: nextInk,
    "+": () => zoom(1),
    "=": () => zoom(1),
    "-": () => zoom(-1),
    "?": () => document.getElementById("keys").toggleAttribute("open"),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.target;
    if (target.matches("input.value")) {
      keyInInput(event, target.closest(".cell"));
      return;
    }
    if (target.closest("button, a, select, summary, input, .top")) return;
    if (event.repeat && event.key === "Enter") return;
    if (/^[1-5]$/.test(event.key)) {
      choose(Number(event.key));
    } else {
      const command = commands[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!command || (event.target === scan && event.key.startsWith("Arrow"))) return;
      command();
    }
    event.preventDefault();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest(".candidate");
    if (button) put(button.closest(".cell"), button.dataset.value);
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("input.value")) return;
    mark(event.target.closest(".cell"));
    suggest(event.target.closest(".cell"));
  });
  form.addEventListener("focusin", (event) => {
    const cell = event.target.closest(".cell.asked");
    if (cell) show(cell);
  });
  window.addEventListener("pageshow", () => { sent = false; });

  zoom(0);
  text(false);
  for (const cell of form.querySelectorAll(".cell")) mark(cell);
  focus(form.querySelector(".cell.asked.problem") || cells[0]);
  if (!cells.length) form.querySelector("button.main").focus();
  window.addEventListener("load", () => {
    show(current); // pictures above may have moved the place
    if (body.dataset.prefetch) new Image().src = body.dataset.prefetch;
  });
})();
