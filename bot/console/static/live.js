// Live updates: how much waits, in the menu; and pieces of a page that follow what others do.
//
// <div data-live="/address/of/the/piece"> holds frames (data-part), which are replaced when their
// data-version changes, and lists (data-list) of items (data-item), which come and go one by one. An
// item in which somebody is writing stays as it is.
"use strict";

const AWAKE_MS = 20 * 60 * 1000; // looking by itself is no sign of somebody being there
let source = null;
let total = null;
let active = Date.now();

for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => { active = Date.now(); }, { passive: true });
}

function listen() {
  source = new EventSource("/console/events");
  source.addEventListener("queue", (event) => {
    const counts = Object.values(JSON.parse(event.data));
    if (!counts.length) return;
    const now = counts.reduce((sum, count) => sum + count, 0);
    showBadge(now);
    if (total !== null) look(now - total);
    total = now;
  });
}

// A page that nobody sees holds no connection; a browser has few for one address.
document.addEventListener("visibilitychange", () => {
  source?.close();
  source = null;
  if (document.visibilityState === "visible") listen();
});
if (document.visibilityState === "visible") listen();
window.addEventListener("console:look", () => look(0));

// What was dealt with here stays away, also when a piece comes that was on its way before.
const left = new Map();
window.addEventListener("console:left", (event) => left.set(event.detail, performance.now()));

function showBadge(count) {
  const link = document.querySelector(".top nav a[href='/console/queue']");
  if (!link) return;
  let badge = link.querySelector(".count");
  if (!badge) {
    badge = document.createElement("span");
    badge.className = "count";
    link.append(" ", badge);
  }
  badge.textContent = count;
  badge.hidden = count === 0;
}

// --- Pieces --------------------------------------------------------------------------------------

let looking = false;
let again = false;

async function look(more) {
  const live = document.querySelector("[data-live]");
  if (!live || Date.now() - active > AWAKE_MS) return;
  if (looking) {
    again = true;
    return;
  }
  looking = true;
  const asked = performance.now();
  try {
    const response = await fetch(live.dataset.live);
    if (!response.ok || response.redirected) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    for (const item of fresh.querySelectorAll("[data-item]")) {
      if (left.get(item.dataset.item) > asked) item.remove();
    }
    const gone = merge(live, fresh);
    if (more > 0) say(live.dataset.new, more);
    else if (gone > 0) say(live.dataset.gone, gone);
  } catch {
    // The console does not answer; the next change is another try.
  } finally {
    looking = false;
    if (again) {
      again = false;
      look(0);
    }
  }
}

function merge(live, fresh) {
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = live.querySelector(`[data-part="${part.dataset.part}"]`);
    if (old && old.dataset.version !== part.dataset.version && !old.contains(document.activeElement)) {
      old.replaceWith(part);
    }
  }
  let gone = 0;
  for (const list of fresh.querySelectorAll("[data-list]")) {
    const old = live.querySelector(`[data-list="${list.dataset.list}"]`);
    if (old) gone += mergeList(old, [...list.querySelectorAll(":scope > [data-item]")]);
  }
  return gone;
}

function mergeList(list, wanted) {
  const ids = new Set(wanted.map((item) => item.dataset.item));
  const there = new Map([...list.children].map((item) => [item.dataset.item, item]));
  let gone = 0;
  for (const [id, item] of there) {
    if (ids.has(id) || isInUse(item)) continue;
    if (item.classList.contains("chosen")) moveOn(item);
    item.remove();
    gone += 1;
  }
  let place = list.firstElementChild;
  for (const item of wanted) {
    const old = there.get(item.dataset.item);
    const keeps = old && (old.dataset.version === item.dataset.version || isInUse(old));
    const now = keeps ? old : item;
    if (old && !keeps) {
      const hadFocus = old === document.activeElement;
      if (old === place) place = place.nextElementSibling;
      now.classList.toggle("chosen", old.classList.contains("chosen"));
      old.remove();
      list.insertBefore(now, place);
      if (hadFocus) now.focus({ preventScroll: true });
    } else if (now === place) place = place.nextElementSibling;
    else if (!old) list.insertBefore(now, place);
  }
  return gone;
}

// Somebody writes in it, has written in it, or has a hand on one of its buttons.
function isInUse(item) {
  const focused = item !== document.activeElement && item.contains(document.activeElement);
  const changed = [...item.querySelectorAll("textarea")].some((text) => text.value !== text.defaultValue);
  const ticked = [...item.querySelectorAll("input[type=checkbox]")].some((box) => box.checked !== box.defaultChecked);
  return focused || changed || ticked;
}

function moveOn(item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  if (!next) return;
  next.classList.add("chosen");
  if (item === document.activeElement) next.focus({ preventScroll: true });
}

function say(words, count) {
  const tells = document.getElementById("tells");
  if (tells) tells.textContent = words.replace("%", count);
}
