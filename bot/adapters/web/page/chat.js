// The chat page: sends what a person says to the bot and shows its replies.
// Every word comes from the page's #content; texts are only ever set as text.
"use strict";

(() => {
  const PATIENCE = 30_000; // longer than the server takes to say that it has no answer
  const SOON = 5_000; // a failure as quick as this is worth one quiet second try
  const COUNT_FROM = 0.8; // of the limit
  const ESCAPE_TWICE = 1_000;
  const DOUBLE_CLICK = 500;
  const MARGIN = 24; // pixels to keep clear above and below what is scrolled into view
  const ID = "conversation";
  const WATCH = "watch";
  const ERASED = "delete_done"; // the answer that says that nothing is kept any more
  const NEWS = "a:handover_news"; // asks what a person of the team has written
  const ASKED = "talk_to_human"; // a person may come
  const WITH_PERSON = ["handover_taken", "handover_message", "handover_passed_on"];
  const WITH_BOT = ["handover_ended", "handover_timeout", "handover_left"];
  const LOOK_OFTEN = 5_000; // while a person of the team has the conversation
  const LOOK_AT_TIMES = 20_000; // until one has
  const LOOK_FOR = 30 * 60_000; // since the last sign of one
  const OUR_FILE = /^\/files\/[0-9a-f]{32}$/; // what is held about the person, for them to save

  const find = (id) => document.getElementById(id);
  const { limit, words, welcome } = JSON.parse(find("content").textContent);
  const root = document.documentElement;
  const [log, form, field, typing] = ["log", "form", "field", "typing"].map(find);
  const header = document.querySelector("header");
  const emergency = find("emergency");
  const confirmation = find("confirm");

  let language = root.lang;
  let conversation = rememberedId();
  let hasSpoken = false;
  let watch = inStorage((storage) => JSON.parse(storage.getItem(WATCH)));
  let nextLook;
  let queue = Promise.resolve(); // one message at a time, so that they arrive in order
  const failed = new Set();

  // --- Words ---------------------------------------------------------------------------------

  const word = (key, of = language) => words[of][key];
  const otherLanguage = () => (language === "fr" ? "en" : "fr");

  function showLanguage(next) {
    language = next;
    root.lang = next;
    document.title = word("page_title");
    for (const node of document.querySelectorAll("[data-word]")) {
      node.textContent = word(node.dataset.word);
    }
    for (const node of document.querySelectorAll("[data-label]")) {
      node.setAttribute("aria-label", word(node.dataset.label));
    }
    for (const node of document.querySelectorAll("[data-fr]")) {
      node.textContent = node.dataset[next];
    }
    field.placeholder = word(field.dataset.placeholder);
    const toggle = find("language");
    toggle.lang = toggle.hreflang = otherLanguage();
    toggle.href = `?lang=${otherLanguage()}`;
    find("exit").href = word("exit_address");
    history.replaceState(null, "", `?lang=${next}`);
    if (!hasSpoken) log.replaceChildren(replyNode(welcome[next], next));
    showCount();
  }

  function chooseLanguage(next) {
    // With only the welcome on screen the bot is told, and need not answer.
    send({ button: `l:${next}` }, hasSpoken ? word("own_language", next) : null);
    showLanguage(next);
  }

  // --- What is on screen ---------------------------------------------------------------------

  function make(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  function replyNode(reply, replyLanguage) {
    const isPersons = reply.answer === "handover_message";
    const className = isPersons ? "message bot person" : "message bot";
    const node = make("div", { className, lang: replyLanguage });
    node.append(
      make("p", { className: "unseen", textContent: word("bot_says", replyLanguage) }),
      make("p", { className: "text", textContent: reply.text }),
    );
    if (reply.image) node.append(pictureNode(reply.image));
    const files = reply.sources.filter(({ url }) => OUR_FILE.test(url));
    if (files.length) node.append(filesNode(files, replyLanguage));
    if (reply.sources.length > files.length) node.append(sourcesNode(reply.sources, replyLanguage));
    if (reply.buttons.length) node.append(buttonsNode(reply.buttons));
    return node;
  }

  /** A picture; once it is there it may have pushed the end of the message out of view. */
  function pictureNode({ url, alt }) {
    const picture = make("img", { src: url, alt });
    picture.addEventListener("load", () => {
      const node = picture.closest(".message");
      if (node && node === log.lastElementChild) keepInView(node, node);
    });
    picture.addEventListener("error", () => {
      picture.replaceWith(make("p", { className: "text", textContent: alt }));
    });
    return picture;
  }

  function filesNode(files, replyLanguage) {
    const links = files.map(({ title, url }) => {
      const text = `${word("download", replyLanguage)} ${title}`;
      return make("li", {}, make("a", { href: url, download: title, textContent: text }));
    });
    return make("ul", { className: "files" }, ...links);
  }

  function sourcesNode(sources, replyLanguage) {
    const links = sources
      .filter(({ url }) => /^https?:\/\//i.test(url))
      .map(({ title, url }) => {
        const note = make("span", { className: "unseen" }, ` ${word("new_window", replyLanguage)}`);
        const link = { href: url, target: "_blank", rel: "noopener noreferrer" };
        return make("li", {}, make("a", link, title, note));
      });
    const heading = make("p", { textContent: word("sources", replyLanguage) });
    return make("div", { className: "sources" }, heading, make("ul", {}, ...links));
  }

  function buttonsNode(buttons) {
    const items = buttons.map(({ label, value }) => {
      const button = make("button", { type: "button", textContent: label });
      button.dataset.value = value;
      return make("li", {}, button);
    });
    return make("ul", { className: "buttons" }, ...items);
  }

  function showOwn(text) {
    hasSpoken = true;
    const node = make(
      "div",
      { className: "message own", lang: language },
      make("p", { className: "unseen", textContent: word("you_say") }),
      make("p", { className: "text", textContent: text }),
    );
    log.append(node);
    keepInView(node, node);
    return node;
  }

  function showReplies(answer) {
    const nodes = answer.replies.map((reply) => replyNode(reply, answer.language));
    if (!nodes.length) return;
    log.append(...nodes);
    keepInView(nodes[0], nodes[nodes.length - 1]);
  }

  function showTyping(isOn) {
    typing.hidden = !isOn;
    find("spoken").textContent = isOn ? word("typing") : "";
    if (isOn) keepInView(typing, typing);
  }

  /** Scroll to the end of what is new, but never past its beginning. */
  function keepInView(first, last) {
    const height = last.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    const scrollsItself = log.scrollHeight > log.clientHeight;
    const room = scrollsItself ? log.clientHeight : innerHeight - form.offsetHeight - header.offsetHeight;
    if (height > room - MARGIN) first.scrollIntoView({ block: "start" });
    else last.scrollIntoView({ block: "nearest" });
  }

  // --- Sending -------------------------------------------------------------------------------

  function send(body, shown) {
    const message = { key: newId(), body, node: shown === null ? null : showOwn(shown) };
    return dispatch(message);
  }

  function dispatch(message) {
    failed.delete(message);
    message.node?.querySelector(".failure")?.remove(); // when sent again by itself
    return enqueue(async () => {
      if (message.node) showTyping(true);
      try {
        const answer = await deliver(message);
        if (message.node) showAnswer(answer);
      } catch (failure) {
        if (message.node) showFailure(message, failure);
      } finally {
        showTyping(false);
      }
    });
  }

  function enqueue(task) {
    queue = queue.then(task);
    return queue;
  }

  const says = (answer, id) => answer.replies.some((reply) => reply.answer === id);

  function showAnswer(answer) {
    if (says(answer, ERASED)) startOver();
    showReplies(answer);
    for (const reply of answer.replies) noteWhoAnswers(reply.answer);
    if (says(answer, "change_language") && answer.language !== language) showLanguage(answer.language);
  }

  /** The answer; one failure that comes quickly is tried again without a word. */
  async function deliver(message) {
    const began = performance.now();
    try {
      return await post(message);
    } catch (failure) {
      const isQuick = performance.now() - began < SOON;
      if (!failure.mayRetry || !isQuick || !navigator.onLine) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return post(message);
    }
  }

  async function post(message) {
    let response;
    try {
      response = await fetch("api/chat", {
        method: "POST",
        credentials: "omit",
        cache: "no-store",
        headers: { "Content-Type": "application/json", "Idempotency-Key": message.key },
        body: JSON.stringify({ conversation, language, ...message.body }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (response.ok) return await response.json();
    } catch {
      throw { word: "failed_connection", mayRetry: true };
    }
    throw await refusal(response);
  }

  async function refusal(response) {
    const mayRetry = response.status === 429 || response.status >= 500;
    const problem = await response.json().catch(() => null);
    if (!problem?.fr || !problem?.en) return { word: "failed_unknown", mayRetry };
    return { fr: problem.fr.detail, en: problem.en.detail, mayRetry };
  }

  function showFailure(message, failure) {
    if (failure.word === "failed_connection") failed.add(message);
    const node = failureNode(failure, () => dispatch(message));
    message.node.append(node);
    keepInView(node, node);
  }

  function failureNode(failure, again) {
    const text = make("span", { textContent: failure.word ? word(failure.word) : failure[language] });
    const { word: key, fr, en } = failure;
    Object.assign(text.dataset, key ? { word: key } : { fr, en });
    const node = make("div", { className: "failure" }, text);
    if (!failure.mayRetry) return node;
    const button = make("button", { type: "button", textContent: word("retry") });
    button.dataset.word = "retry";
    button.addEventListener("click", () => {
      node.remove();
      field.focus();
      again();
    });
    node.append(button);
    return node;
  }

  // --- A person of the team --------------------------------------------------------------------

  function noteWhoAnswers(id) {
    if (WITH_PERSON.includes(id)) lookEvery(LOOK_OFTEN);
    else if (WITH_BOT.includes(id)) lookEvery(null);
    else if (id === ASKED && !watch) lookEvery(LOOK_AT_TIMES);
  }

  function lookEvery(pause) {
    watch = pause && { pause, until: Date.now() + LOOK_FOR };
    inStorage((storage) => {
      if (watch) storage.setItem(WATCH, JSON.stringify(watch));
      else storage.removeItem(WATCH);
    });
    planLook();
  }

  function planLook() {
    clearTimeout(nextLook);
    if (watch && Date.now() < watch.until) nextLook = setTimeout(look, watch.pause);
  }

  /** Ask what a person has written; nobody is told when that fails, for it is asked again. */
  async function look() {
    clearTimeout(nextLook);
    if (!document.hidden && navigator.onLine) await enqueue(showNews);
    planLook();
  }

  async function showNews() {
    if (!watch) return;
    try {
      const answer = await post({ key: newId(), body: { button: NEWS } });
      hasSpoken ||= answer.replies.length > 0;
      showAnswer(answer);
    } catch {
      // Asked again soon.
    }
  }

  // --- The field -----------------------------------------------------------------------------

  const length = () => [...field.value.trim()].length;

  function showCount() {
    const left = limit - length();
    const counter = find("counter");
    counter.classList.toggle("over", left < 0);
    counter.textContent =
      left > limit * (1 - COUNT_FROM)
        ? ""
        : word(left < 0 ? "over" : "left").replace("{count}", Math.abs(left));
    field.setAttribute("aria-invalid", String(left < 0));
  }

  function fit() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function sendField() {
    const text = field.value.trim();
    if (length() > limit) find("spoken").textContent = find("counter").textContent;
    else if (text) {
      field.value = "";
      fit();
      showCount();
      send({ text }, text);
    }
    field.focus();
  }

  function press(button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const value = button.dataset.value;
    const done = send({ button: value }, button.textContent);
    done.finally(() => button.removeAttribute("aria-disabled"));
    if (value === "l:fr" || value === "l:en") showLanguage(value.slice(2));
  }

  // --- Leaving no trace ----------------------------------------------------------------------

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID(); // missing without TLS
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /**
   * The tab's conversation: it outlives a reload, not the tab. Nothing else is stored but whether a
   * person of the team is awaited.
   */
  function rememberedId() {
    const id = inStorage((storage) => storage.getItem(ID)) ?? newId();
    inStorage((storage) => storage.setItem(ID, id));
    return id;
  }

  function inStorage(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null; // the browser blocks it
    }
  }

  const forgetId = () => inStorage((storage) => storage.clear());

  function eraseAll() {
    const message = { key: newId(), body: { text: "/delete" } };
    return enqueue(async () => {
      showTyping(true);
      try {
        const answer = await deliver(message);
        if (!says(answer, ERASED)) throw answer; // an apology, for example
        showAnswer(answer);
      } catch {
        const node = failureNode({ word: "erase_failed", mayRetry: true }, eraseAll);
        log.append(node);
        keepInView(node, node);
      } finally {
        showTyping(false);
      }
    });
  }

  function startOver() {
    forgetId();
    lookEvery(null);
    conversation = rememberedId();
    failed.clear();
    log.replaceChildren();
  }

  function leave(event) {
    event.preventDefault();
    root.hidden = true;
    document.title = "";
    forgetId();
    location.replace(word("exit_address"));
  }

  // --- Events --------------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendField();
  });
  field.addEventListener("keydown", (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    if (!event.repeat) sendField();
  });
  field.addEventListener("input", () => {
    fit();
    showCount();
  });
  let pressedAt = -Infinity;
  log.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-value]");
    // The second of two quick clicks may hit another button: the first has moved everything.
    if (!button || event.timeStamp - pressedAt < DOUBLE_CLICK) return;
    pressedAt = event.timeStamp;
    press(button);
  });
  find("language").addEventListener("click", (event) => {
    event.preventDefault();
    chooseLanguage(otherLanguage());
  });

  find("erase").addEventListener("click", () => confirmation.showModal());
  find("keep").addEventListener("click", () => confirmation.close());
  find("erase-all").addEventListener("click", () => {
    confirmation.close();
    field.focus();
    eraseAll();
  });

  find("exit").addEventListener("click", leave);
  let escapedAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    if (event.timeStamp - escapedAt < ESCAPE_TWICE) leave(event);
    escapedAt = event.timeStamp;
    closeEmergency(emergency.contains(document.activeElement));
  });
  document.addEventListener("click", (event) => {
    if (!emergency.contains(event.target)) closeEmergency(false);
  });

  function closeEmergency(isFocusInside) {
    if (emergency.open && isFocusInside) emergency.querySelector("summary").focus();
    emergency.open = false;
  }

  const showConnection = () => {
    find("offline").hidden = navigator.onLine;
  };
  document.addEventListener("visibilitychange", () => {
    if (watch && !document.hidden) look();
  });
  addEventListener("offline", showConnection);
  addEventListener("online", () => {
    showConnection();
    for (const message of [...failed]) dispatch(message);
  });
  const sizes = new ResizeObserver(() => {
    root.style.setProperty("--top", `${header.offsetHeight}px`);
    root.style.setProperty("--composer", `${form.offsetHeight}px`);
    const last = typing.hidden ? log.lastElementChild : typing; // the field may have grown over it
    if (hasSpoken && last.getBoundingClientRect().bottom < innerHeight) keepInView(last, last);
  });
  sizes.observe(header);
  sizes.observe(form);
  if (watch) look();
  showConnection();
  showCount();
})();
