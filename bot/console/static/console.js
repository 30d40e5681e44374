// What every page of the console shares: keys, live pieces, forms that are not lost.
//
// Keys: an element with data-key="a" is clicked (or focused, if it is a field) by that key, unless
// somebody is typing. Several elements may share a key on one page: the one inside the chosen item
// (aria-selected="true", or an `.item.chosen`) wins.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function byKey(key) {
  const chosen = document.querySelector("[aria-selected='true'], .item.chosen");
  const selector = `[data-key="${CSS.escape(key)}"]`;
  return chosen?.querySelector(selector) ?? document.querySelector(selector);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const element = byKey(event.key);
  if (!element || element.disabled) return;
  event.preventDefault();
  if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
});

// Ctrl+Enter sends the form that one is typing in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form[data-quick]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[data-first]"));
});

// <button data-opens="id"> opens a dialog; <button data-closes> closes the one it stands in.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
});

// A form with data-guard asks before the page is left with something unsent.
let unsent = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) unsent = true;
});
document.addEventListener("submit", () => { unsent = false; });
window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });

// A form is sent once, however often its button is pressed: nobody is written to twice. Listening
// at the window, after all that listen at the document: what they answer themselves is none of it.
const sent = new WeakSet();
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => { sent.delete(form); }, 5000);
});
