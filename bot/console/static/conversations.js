// A conversation that somebody has taken: what is new comes in by itself, and typing is a sign of life.
"use strict";

const timeline = document.getElementById("timeline");
const holder = document.getElementById("holder");
const box = document.getElementById("text");
const writing = document.querySelector("form.writing");
const LOOK = 2000;
const STAY = 60000;

function place(item) {
  const template = document.createElement("template");
  template.innerHTML = item.html.trim();
  const element = template.content.firstElementChild;
  const there = document.getElementById(item.id);
  if (there) {
    if (there.textContent !== element.textContent && !there.contains(document.activeElement)) {
      there.replaceWith(element);
    }
    return;
  }
  const later = [...timeline.children].find((other) => Number(other.dataset.at) > item.at);
  timeline.insertBefore(element, later ?? null);
  if (!later && !document.activeElement?.closest("#timeline")) showLatest();
}

function showLatest() {
  timeline.lastElementChild?.scrollIntoView({ block: "nearest" });
}

async function look() {
  const response = await fetch(timeline.dataset.live, { headers: { Accept: "application/json" } });
  if (response.status === 404) {
    document.getElementById("gone").hidden = false;
    timeline.replaceChildren();
    return false;
  }
  if (!response.ok || response.redirected) return response.status >= 500;
  const news = await response.json();
  news.items.forEach(place);
  if (holder.innerHTML.trim() !== news.holder.trim()) holder.innerHTML = news.holder;
  if (String(news.number) === timeline.dataset.number) return true;
  document.getElementById("over").hidden = false;
  writing?.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  return false;
}

async function keepLooking() {
  let goesOn = true;
  while (goesOn) {
    await new Promise((done) => { setTimeout(done, LOOK); });
    if (document.visibilityState === "hidden") continue;
    try { goesOn = await look(); } catch { goesOn = true; }
  }
}

if (timeline?.dataset.live) {
  timeline.setAttribute("aria-live", "polite");
  showLatest();
  keepLooking();
}

if (writing) {
  const shown = document.getElementById("shown");
  let stayed = Date.now();
  const show = () => { shown.textContent = box.value || "…"; };
  box.addEventListener("input", () => {
    show();
    if (Date.now() - stayed < STAY) return;
    stayed = Date.now();
    const form = new URLSearchParams({ csrf: writing.elements.csrf.value, quietly: "1" });
    fetch(writing.dataset.stay, { method: "POST", body: form }).catch(() => {});
  });
  writing.addEventListener("click", (event) => {
    const ready = event.target.closest("[data-insert]");
    if (!ready) return;
    event.preventDefault();
    const before = box.value.trimEnd();
    box.value = before ? `${before}\n${ready.dataset.insert}` : ready.dataset.insert;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
}
