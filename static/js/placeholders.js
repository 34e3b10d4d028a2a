/* Inserts a placeholder where the cursor stands in the text. Without script one types or copies it. */
(() => {
  "use strict";

  document.querySelectorAll("[data-into]").forEach((list) => {
    let field = document.getElementById(list.dataset.into);
    if (!field) return;
    field.form.addEventListener("focusin", (event) => {
      if (event.target.matches("textarea, input[name=subject]")) field = event.target;
    });
    list.querySelectorAll("button").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        const name = button.parentElement.querySelector("code").textContent;
        field.setRangeText(name, field.selectionStart, field.selectionEnd, "end");
        field.focus();
      });
    });
  });
})();
