/* Inserts a text module where the cursor stands. Without script the button sends the form, which does the same at the end. */
(() => {
  "use strict";

  document.querySelectorAll("[data-insert]").forEach((box) => {
    const field = document.getElementById(box.dataset.into);
    const select = box.querySelector("select");
    const button = box.querySelector("button");
    let byScript = true;
    if (!field) return;

    const put = (text) => {
      const before = field.value.slice(0, field.selectionStart).replace(/\n+$/, "");
      const after = field.value.slice(field.selectionEnd).replace(/^\n+/, "");
      field.value = before + (before ? "\n\n" : "") + text + (after ? "\n\n" : "") + after;
      const end = field.value.length - after.length - (after ? 2 : 0);
      field.focus();
      field.setSelectionRange(end, end);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };

    button.addEventListener("click", async (event) => {
      if (!byScript || !select.value) return;
      event.preventDefault();
      try {
        const answer = await fetch(box.dataset.insert.replace(/0\/$/, `${select.value}/`));
        if (!answer.ok) throw new Error(answer.statusText);
        put(await answer.text());
      } catch {
        byScript = false; /* the form does it */
        button.click();
      }
    });
  });
})();
