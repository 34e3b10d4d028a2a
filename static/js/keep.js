/* Keeps what is typed into a form on this device until the server has it, so that nothing is lost in a tunnel.

   <form data-keep="NAME" data-keep-owner="PERSON" data-keep-mark="FIELD" data-keep-probe="ADDRESS">
   FIELD is the hidden field that tells one opened form from the next. Pages that show what the server has say so:
   <… data-kept="NAME" data-keep-owner="PERSON" data-arrived="MARK MARK …"> or data-now="MARK". */
(() => {
  "use strict";

  const PREFIX = "kept:";
  const LONGEST = 7 * 24 * 60 * 60 * 1000;
  const PATIENCE = 6000;
  const AGAIN = 5000;
  let store;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return; /* nothing can be kept here: the form works as it does without script */
  }

  // --- What is kept ---------------------------------------------------------------------------

  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };
  const keyOf = (element, name) => `${PREFIX}${element.dataset.keepOwner}:${name}`;

  /* The server has what was kept under a mark once it lists the mark, or has gone on to another one. */
  const hasArrived = (kept, { arrived, now }) =>
    arrived === undefined ? kept.mark !== now : arrived.split(" ").includes(kept.mark);
  /* Nothing was typed since it was sent. */
  const isSettled = (kept, page) => hasArrived(kept, page) && kept.sent === JSON.stringify(kept.fields);

  for (const key of Object.keys(store).filter((each) => each.startsWith(PREFIX))) {
    const kept = read(key);
    if (!kept || !(Date.now() - kept.at < LONGEST)) store.removeItem(key);
  }
  for (const element of document.querySelectorAll("[data-kept]")) {
    const key = keyOf(element, element.dataset.kept);
    const kept = read(key);
    if (kept && isSettled(kept, element.dataset)) store.removeItem(key);
  }

  for (const way of document.querySelectorAll("form[data-signs-out]")) {
    way.addEventListener("submit", () => {
      for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) store.removeItem(key);
    });
  }

  // --- A form ---------------------------------------------------------------------------------

  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = keyOf(form, form.dataset.keep);
  const mark = form.elements[form.dataset.keepMark];
  const opened = mark.value;
  const line = form.querySelector("[data-keep-line]");
  const said = form.querySelector("[data-keep-said]");
  const notice = document.querySelector("[data-keep-restored]");

  const typed = () =>
    [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const withoutMark = (fields) => JSON.stringify(fields.filter(([name]) => name !== mark.name));
  const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  /* One line, two elements: what changes with every word is not read out, what matters is. */
  const say = (name) => {
    said.textContent = name ? said.dataset[name] : "";
    line.hidden = Boolean(name);
  };
  const keep = (changes = {}) => {
    const before = read(key) || {};
    const kept = { sent: before.sent, ...changes, at: Date.now(), mark: mark.value, fields: typed() };
    try {
      store.setItem(key, JSON.stringify(kept));
      line.textContent = line.dataset.kept.replace("{time}", clock(kept.at));
    } catch {
      line.textContent = line.dataset.full;
    }
  };

  const fill = (fields) => {
    for (const element of form.elements) {
      if (!element.name || (element.type === "hidden" && element !== mark)) continue;
      const values = fields.filter(([name]) => name === element.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(element.type)) element.checked = values.includes(element.value);
      else if (values.length) element.value = values[0];
    }
  };

  const restore = () => {
    /* What was sent and came back with errors is on the page already, and was not taken. */
    if (form.hasAttribute("data-keep-typed")) return keep({ sent: undefined });
    const kept = read(key);
    if (!kept) return;
    const page = form.dataset.arrived === undefined ? { now: opened } : { arrived: form.dataset.arrived };
    if (isSettled(kept, page) || withoutMark(kept.fields) === withoutMark(typed())) {
      store.removeItem(key);
      return;
    }
    fill(kept.fields);
    const time = notice.querySelector("time");
    time.dateTime = new Date(kept.at).toISOString();
    time.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
    notice.hidden = false;
  };
  restore();

  notice.querySelector("button").addEventListener("click", () => {
    store.removeItem(key);
    form.reset();
    mark.value = opened;
    notice.hidden = true;
    line.textContent = "";
    form.querySelector("input:not([type=hidden]), select, textarea").focus();
  });

  // --- The connection -------------------------------------------------------------------------

  let isLost = false;
  let waits = false; /* "save" was pressed without a connection, and nothing was typed since */
  let timer;

  const isReachable = async () => {
    if (!navigator.onLine) return false;
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return (await fetch(form.dataset.keepProbe, { method: "HEAD", cache: "no-store", signal: stop.signal })).ok;
    } catch {
      return false;
    } finally {
      clearTimeout(late);
    }
  };
  const send = () => {
    isLost = waits = false;
    say("sending");
    keep({ sent: JSON.stringify(typed()) });
    form.submit();
  };
  const lose = () => {
    isLost = true;
    say(waits ? "waiting" : "offline");
    clearTimeout(timer);
    timer = setTimeout(look, AGAIN);
  };
  const look = async () => {
    if (!isLost) return;
    if (!(await isReachable())) return lose();
    isLost = false;
    if (waits) send();
    else say("back");
  };

  form.addEventListener("input", () => {
    keep();
    if (!isLost) return;
    waits = false; /* nothing is sent in the middle of a sentence */
    say("offline");
  });
  form.addEventListener("change", () => keep());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    keep();
    if (waits && !isLost) return; /* pressed twice */
    waits = true;
    if (await isReachable()) return send();
    lose();
  });
  window.addEventListener("offline", lose);
  window.addEventListener("online", look);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) say("");
  });
  if (!navigator.onLine) lose();
})();
