/* On the sheet of a case: words that are marked are taken along to the page that redacts them, by a form. */
document.querySelectorAll("a[data-redact]").forEach((link) => {
  let marked = "";
  // Pressing a link clears what is marked before the click is told.
  link.addEventListener("pointerdown", () => {
    marked = String(window.getSelection()).trim();
  });
  link.addEventListener("click", (event) => {
    const words = marked || String(window.getSelection()).trim();
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (!words || !token) return;
    event.preventDefault();
    const form = document.createElement("form");
    form.method = "post";
    form.action = link.href;
    form.hidden = true;
    for (const [name, value] of [["csrfmiddlewaretoken", token.value], ["passage", words]]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  });
});
