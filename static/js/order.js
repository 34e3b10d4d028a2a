/* Moves rows on the page itself, by their buttons and by dragging; without script the buttons ask the server. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-order]");
  if (!form) return;
  const list = form.querySelector("ol");
  const said = form.querySelector("[data-said]");
  const rows = () => [...list.children];

  const tidy = () =>
    rows().forEach((row, index, all) => {
      row.querySelector("[data-place]").textContent = index + 1;
      row.querySelector("[name=up]").disabled = index === 0;
      row.querySelector("[name=down]").disabled = index === all.length - 1;
    });

  const tell = (row) => {
    const words = { title: row.dataset.title, place: rows().indexOf(row) + 1, all: rows().length };
    said.textContent = said.dataset.said.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    if (button.name === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    tidy();
    tell(row);
    /* At an end the button is switched off; the other one keeps the keyboard's place. */
    (button.disabled ? row.querySelector("button:not(:disabled)") : button).focus();
  });

  /* One row is dragged at a time; `before` is where it came from. */
  let dragged = null;
  let before = null;

  const end = (keeps) => {
    if (!dragged) return;
    if (!keeps) list.insertBefore(dragged, before);
    delete dragged.dataset.dragged;
    const moved = dragged.nextElementSibling !== before;
    tidy();
    if (moved) tell(dragged);
    dragged = null;
  };

  const middle = (row) => {
    const box = row.getBoundingClientRect();
    return box.top + box.height / 2;
  };

  /* The others step aside; the dragged row itself stays where it is, since the pointer holds on to it. */
  const follow = (y) => {
    for (let row = dragged.previousElementSibling; row && y < middle(row); row = dragged.previousElementSibling)
      dragged.after(row);
    for (let row = dragged.nextElementSibling; row && y > middle(row); row = dragged.nextElementSibling)
      dragged.before(row);
    if (y < 60) window.scrollBy(0, -12);
    if (y > window.innerHeight - 60) window.scrollBy(0, 12);
  };

  list.querySelectorAll("[data-grip]").forEach((grip) => {
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      if (dragged || event.button !== 0) return;
      event.preventDefault();
      dragged = grip.closest("li");
      before = dragged.nextElementSibling;
      dragged.dataset.dragged = "";
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener("pointermove", (event) => dragged && follow(event.clientY));
    grip.addEventListener("pointerup", () => end(true));
    grip.addEventListener("pointercancel", () => end(false));
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
  form.parentElement.querySelector("[data-drag]").hidden = false;
})();
