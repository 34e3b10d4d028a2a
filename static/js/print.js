/* Shows the buttons that print the page: without script the browser's own menu does it. */
document.querySelectorAll("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
