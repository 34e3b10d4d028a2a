/* Shows the buttons that copy a text. Without script one marks it and copies. */
document.querySelectorAll("button[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  const text = document.getElementById(button.dataset.copy);
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  button.parentElement.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.innerText);
    said.textContent = button.dataset.done;
  });
});
