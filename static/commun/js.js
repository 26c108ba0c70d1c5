// Comfort only: every page works without this file.
document.documentElement.classList.add("ac-js");

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-ac-focus]")?.focus();
});
