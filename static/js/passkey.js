/* Shows the passkey buttons where the browser knows passkeys, and says so when one was not used. */
(() => {
  if (!window.PublicKeyCredential) {
    return;
  }
  for (const part of document.querySelectorAll("[data-passkey]")) {
    part.hidden = false;
  }
  for (const part of document.querySelectorAll("[data-no-passkey]")) {
    part.hidden = true;
  }
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const notice = document.querySelector("[data-passkey-error]");
    if (notice) {
      notice.hidden = true;
      notice.hidden = false;
    }
  });
})();
