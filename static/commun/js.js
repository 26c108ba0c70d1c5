// Comfort only: every page works without this file.
document.documentElement.classList.add("ac-js");

// The paper's code in capitals, in groups, as it is printed.
function grouper(texte) {
  const signes = texte.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 16);
  return signes.match(/.{1,5}/g)?.join("-") ?? "";
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-ac-focus]")?.focus();

  const code = document.querySelector("[data-ac-code-papier] input");
  code?.addEventListener("input", () => {
    // In the middle of the field, leave the cursor where the person is correcting.
    if (code.selectionStart === code.value.length) code.value = grouper(code.value);
  });
  code?.addEventListener("change", () => {
    code.value = grouper(code.value);
  });
});
