/* Keeps what one types into a message or a note two seconds after the last key. Without script a button does. */
(() => {
  "use strict";

  const WAIT = 2000;

  document.querySelectorAll("form[data-draft-to]").forEach((form) => {
    if (form.dataset.keeps) return;
    form.dataset.keeps = "yes";
    const state = form.querySelector(".app-draft-state");
    const discard = form.querySelector("button[name=discard]");
    let timer = 0;
    let changed = false;
    let leaving = false;

    const keep = async (keepalive) => {
      clearTimeout(timer);
      if (!changed || leaving) return;
      changed = false;
      const typed = new FormData(form);
      typed.delete("attachments"); /* they go with the form itself */
      try {
        const answer = await fetch(form.dataset.draftTo, {
          method: "POST",
          body: typed,
          headers: { "X-Requested-With": "fetch" },
          redirect: "manual",
          keepalive,
        });
        if (answer.status !== 204) throw new Error(answer.statusText);
        if (state.textContent !== state.dataset.kept) state.textContent = state.dataset.kept;
        state.hidden = false;
        if (discard) discard.hidden = false;
      } catch {
        changed = true; /* no network, or signed out: it stays on the page, and the next key tries again */
        state.textContent = state.dataset.lost;
        state.hidden = false;
      }
    };

    form.addEventListener("input", (event) => {
      if (event.target.type === "file") return;
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(keep, WAIT, false);
    });
    form.addEventListener("submit", () => {
      leaving = true;
      clearTimeout(timer);
    });
    window.addEventListener("pageshow", () => {
      leaving = false;
    });
    window.addEventListener("pagehide", () => keep(true));
  });
})();
