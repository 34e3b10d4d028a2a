/* Marks the new messages as read once the last of them was seen for a moment. Without script a button does. */
(() => {
  "use strict";

  const SEEN = 1500;
  const form = document.querySelector("form[data-mark-read]");
  const last = [...document.querySelectorAll(".app-msg[data-new]")].pop();
  if (!form || !last || !("IntersectionObserver" in window)) return;
  let timer = 0;

  const mark = async () => {
    watch.disconnect();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        redirect: "manual",
      });
      if (answer.status === 204) form.hidden = !form.contains(document.activeElement);
    } catch {
      /* the button is still there */
    }
  };

  const watch = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    if (entries.some((entry) => entry.isIntersecting)) timer = setTimeout(mark, SEEN);
  });
  watch.observe(last.querySelector(".app-msg__head"));
})();
