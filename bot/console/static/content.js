// The room of content: counters, lines of files, what moves while one publishes, the chat.
"use strict";

const piece = (html) => new DOMParser().parseFromString(html, "text/html").body;

// How many characters a text has, and whether they are too many. Counted as Python counts them.
function count(hint) {
  const field = document.getElementById(hint.dataset.counts);
  const number = [...field.value].length;
  hint.querySelector("span").textContent = number;
  hint.classList.toggle("over", number > Number(field.dataset.most));
}
for (const hint of document.querySelectorAll("[data-counts]")) {
  document.getElementById(hint.dataset.counts).addEventListener("input", () => count(hint));
  count(hint);
}

// A form that is too large for the console is not sent: what was typed stays where it is.
for (const form of document.querySelectorAll("form[data-most-bytes]")) {
  form.addEventListener("submit", (event) => {
    const size = new URLSearchParams(new FormData(form)).toString().length;
    let warning = form.querySelector(".too-long");
    if (size <= Number(form.dataset.mostBytes)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!warning) {
      warning = document.createElement("p");
      warning.className = "problem too-long";
      warning.setAttribute("role", "alert");
      form.querySelector(".savebar").prepend(warning);
    }
    warning.textContent = form.dataset.tooLong;
  });
}

// Files: the line the cursor is in; an address or a problem that names a line goes there.
const editor = document.querySelector("textarea.code#text");
if (editor) {
  const shown = document.querySelector("[data-line-of]");
  const show = () => {
    shown.querySelector("b").textContent = editor.value.slice(0, editor.selectionStart).split("\n").length;
  };
  const goTo = (line) => {
    const lines = editor.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    editor.focus();
    editor.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
    editor.scrollTop = Math.max(0, line - 5) * parseFloat(getComputedStyle(editor).lineHeight);
    show();
  };
  const goToAddress = () => {
    const line = /^#line-([0-9]+)$/.exec(location.hash);
    if (line) goTo(Number(line[1]));
  };
  shown.hidden = false;
  for (const name of ["keyup", "click", "input"]) editor.addEventListener(name, show);
  window.addEventListener("hashchange", goToAddress);
  if (editor.dataset.goTo) goTo(Number(editor.dataset.goTo));
  else goToAddress();
}

document.querySelector("[data-focus]")?.focus();

// Asks for a piece of the page again and again, as long as it says that it moves.
function follow(place, address, onEnd) {
  const look = async () => {
    try {
      const answer = await fetch(address);
      if (answer.ok) put(place, piece(await answer.text()));
    } catch {
      // The console restarts, or the network is away: ask again.
    }
    if (place.querySelector("[data-again]")) setTimeout(look, 1000);
    else onEnd();
  };
  setTimeout(look, 1000);
}

// Replaces a piece; while only its figures move, its words stay, so that nobody hears them again.
function put(place, fresh) {
  const words = (root) => [...root.querySelectorAll("[role=status], [data-again]")].map((one) => one.firstElementChild?.textContent ?? one.textContent).join();
  const bars = [place.querySelectorAll("progress"), fresh.querySelectorAll("progress")];
  if (words(place) === words(fresh) && bars[0].length && bars[0].length === bars[1].length) {
    bars[1].forEach((bar, n) => {
      for (const name of ["value", "max"]) {
        if (bar.hasAttribute(name)) bars[0][n].setAttribute(name, bar.getAttribute(name));
      }
    });
    const notes = [place.querySelectorAll(".small"), fresh.querySelectorAll(".small")];
    if (notes[0].length === notes[1].length) {
      notes[1].forEach((note, n) => { notes[0][n].textContent = note.textContent; });
      return;
    }
  }
  place.replaceChildren(...fresh.childNodes);
}

const moving = document.getElementById("moving");
if (moving?.querySelector("[data-again]")) {
  follow(moving, moving.dataset.piece, () => location.reload());
}

// The chat with the draft.
const chat = document.getElementById("chat");
if (chat) {
  const said = document.getElementById("said");
  const state = document.getElementById("try-state");
  const text = document.getElementById("text");

  const send = (address, values) => fetch(address, {
    method: "POST",
    body: new URLSearchParams({ csrf: chat.dataset.csrf, ...values }),
  });

  const start = async () => {
    try {
      const answer = await send(chat.dataset.start, {});
      put(state, piece(await answer.text()));
    } catch {
      state.textContent = chat.dataset.failed;
      return;
    }
    if (state.querySelector("[data-again]")) follow(state, chat.dataset.state, () => {});
  };

  const show = (...nodes) => {
    said.append(...nodes);
    said.scrollTop = said.scrollHeight;
  };

  const say = async (label, values) => {
    const mine = document.createElement("p");
    mine.className = "you";
    mine.dir = "auto";
    const who = document.createElement("span");
    who.className = "unseen";
    who.textContent = `${chat.dataset.you} `;
    mine.append(who, label);
    show(mine);
    try {
      const language = document.getElementById("language").value;
      const answer = await send(chat.dataset.say, { chat: chat.dataset.chat, language, ...values });
      const fresh = piece(await answer.text());
      if (fresh.querySelector("main")) throw new Error("The session is over.");
      show(...fresh.childNodes);
    } catch {
      const failed = document.createElement("p");
      failed.className = "problem";
      failed.textContent = chat.dataset.failed;
      show(failed);
    }
  };

  document.getElementById("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = text.value.trim();
    if (!words) return;
    text.value = "";
    say(words, { text: words });
  });
  chat.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.value) say(button.textContent, { button: button.dataset.value });
    else if (button && "example" in button.dataset) say(button.textContent, { text: button.textContent });
  });
  document.getElementById("afresh").addEventListener("click", () => {
    said.replaceChildren();
    chat.dataset.chat = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    start();
    text.focus();
  });
  start();
}
