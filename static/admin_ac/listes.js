// On a narrow screen a row is read downwards, each cell under the title of its column. Without this
// file the list scrolls sideways. The roles say again what a change of display takes away.
document.addEventListener("DOMContentLoaded", () => {
  const liste = document.querySelector("#result_list");
  if (!liste) return;
  const titres = [...liste.tHead.rows[0].cells].map((titre) => titre.innerText.replace(/[▲▼]/g, "").trim());
  const poser = (elements, role) => [...elements].forEach((e) => e.setAttribute("role", role));
  poser([liste], "table");
  poser([liste.tHead, ...liste.tBodies], "rowgroup");
  poser(liste.rows, "row");
  poser(liste.tHead.rows[0].cells, "columnheader");
  for (const rang of liste.tBodies[0].rows) {
    for (const cellule of rang.cells) {
      cellule.setAttribute("role", cellule.tagName === "TH" ? "rowheader" : "cell");
      cellule.dataset.titre = titres[cellule.cellIndex] ?? "";
    }
  }
  liste.classList.add("ac-empilable");
});
