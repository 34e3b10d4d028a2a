/* Following a link beside the form saves what was typed first, as the buttons do. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".app-steps a, .app-back a");
    if (!link || !changed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "go";
    field.value = link.pathname;
    form.append(field);
    form.submit();
  });
})();
