// Comfort only: the paper's code in capitals, in groups, as it is printed.
const champ = document.querySelector("[data-ac-code-papier] input");

function grouper(texte) {
  const signes = texte.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, 16);
  return signes.match(/.{1,5}/g)?.join("-") ?? "";
}

champ?.addEventListener("input", () => {
  // In the middle of the field, leave the cursor where the person is correcting.
  if (champ.selectionStart === champ.value.length) champ.value = grouper(champ.value);
});
champ?.addEventListener("change", () => {
  champ.value = grouper(champ.value);
});
