// The queue and the views by keyboard: choosing an item, deciding on it without leaving the page.
"use strict";

const items = () => [...document.querySelectorAll(".item")];
const chosen = () => document.querySelector(".item.chosen");
const tells = document.getElementById("tells");
const reasons = document.getElementById("reasons");
const toast = document.getElementById("toast");

function choose(item) {
  chosen()?.classList.remove("chosen");
  if (!item) return;
  item.classList.add("chosen");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const item = event.target.closest(".item");
  if (!item || item === chosen()) return;
  chosen()?.classList.remove("chosen");
  item.classList.add("chosen");
});

function step(by) {
  const all = items();
  const place = all.indexOf(chosen());
  choose(all[place < 0 ? 0 : Math.min(Math.max(place + by, 0), all.length - 1)]);
}

// --- Keys ----------------------------------------------------------------------------------------

const ROOMS = { q: "/console/queue", c: "/console/conversations", v: "/console/views" };
let goes = false;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches(".item textarea")) {
    choose(event.target.closest(".item"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    const button = dialog === reasons && dialog.querySelectorAll("ol button")[Number(event.key) - 1];
    if (button) button.click();
    return;
  }
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const room = goes && ROOMS[event.key];
  goes = event.key === "g";
  if (room) location.assign(room);
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else return;
  event.preventDefault();
});

// Approving needs the other text: where there is none yet, one is taken to write it.
document.addEventListener("click", (event) => {
  const approve = event.target.closest(".item button[data-first]");
  const text = approve?.form.elements.other;
  if (text && !text.value.trim()) {
    event.preventDefault();
    text.focus();
  }
  const rejects = event.target.closest("[data-rejects]");
  if (rejects && reasons) {
    event.preventDefault();
    choose(rejects.closest(".item"));
    reasons.querySelector("form").action = `/console/views/${rejects.dataset.rejects}/reject`;
    reasons.dataset.about = rejects.dataset.rejects;
    reasons.showModal();
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-ticks]")) return;
  const count = document.querySelectorAll("[data-ticks]:checked").length;
  document.getElementById("ticked").textContent = count;
  document.getElementById("bulk").classList.toggle("active", count > 0);
});

// --- Decisions -----------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const item = form.closest(".item") ?? (form.closest("#reasons") && itemOf(reasons.dataset.about));
  if (!form.matches("[data-decides]") || form.dataset.plainly || !(item || form.closest("#toast"))) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  try {
    await decide(form, event.submitter, item);
  } finally {
    delete form.dataset.busy;
  }
});

async function decide(form, button, item) {
  const fields = new URLSearchParams(new FormData(form, button));
  let response;
  try {
    response = await fetch(button?.hasAttribute("formaction") ? button.formAction : form.action, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json" },
    });
  } catch {
    tell(tells.dataset.trouble);
    return;
  }
  if (!response.headers.get("content-type")?.startsWith("application/json")) {
    form.dataset.plainly = "yes"; // the session is over, or worse: the server's page says it
    form.requestSubmit(button);
    delete form.dataset.plainly;
    return;
  }
  const answer = await response.json();
  if (form.closest("dialog")) form.closest("dialog").close();
  if (response.ok) done(form, button, item, answer.said);
  else refused(form, item, answer);
}

function done(form, button, item, said) {
  const kind = form.dataset.decides;
  tell(said, kind === "alert" ? form.elements.alert.value : null);
  if (button?.hasAttribute("data-keeps")) keepAsSaved(form);
  else if (item) leave(item);
  if (kind === "undo") window.dispatchEvent(new Event("console:look"));
}

function refused(form, item, answer) {
  tell(answer.problem);
  if (answer.gone && item) {
    leave(item);
    return;
  }
  const problem = item?.querySelector(".approve .problem");
  if (!problem) return;
  problem.textContent = answer.problem;
  problem.hidden = false;
  const { other, reviewed } = problem.closest("form").elements;
  if (other.value.trim() && !reviewed.checked) reviewed.focus();
  else {
    other.setAttribute("aria-invalid", "true");
    other.focus();
  }
}

function keepAsSaved(form) {
  form.elements.other.defaultValue = form.elements.other.value;
  form.elements.other.removeAttribute("aria-invalid");
  form.querySelector(".problem").hidden = true;
  choose(form.closest(".item"));
}

// An item is done with: the next one is chosen, so that one can go on without looking for it.
function leave(item) {
  const all = items();
  const place = all.indexOf(item);
  const next = all[place + 1] ?? all[place - 1];
  item.remove();
  window.dispatchEvent(new CustomEvent("console:left", { detail: item.dataset.item }));
  choose(next);
  if (!next) {
    tell(`${tells.textContent} ${tells.dataset.nothing}`);
    document.getElementById("content").focus();
  }
  if (items().length < 8) window.dispatchEvent(new Event("console:look"));
}

function itemOf(id) {
  return document.querySelector(`.item[data-item="${CSS.escape(id)}"]`);
}

let hides = 0;

// What is said is heard, and seen for a while; the list of what was settled undoes it later too.
function tell(text, undoes = null) {
  tells.textContent = text;
  toast.hidden = false;
  clearTimeout(hides);
  hides = setTimeout(() => { toast.hidden = !toast.contains(document.activeElement); }, 10_000);
  document.getElementById("toast-text").textContent = text;
  const undo = toast.querySelector("form");
  undo.hidden = undoes === null;
  if (undoes !== null) undo.elements.alert.value = undoes;
}

if (location.hash === "#words") document.getElementById("words")?.focus();
