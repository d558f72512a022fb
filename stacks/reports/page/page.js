"use strict";
const field = document.getElementById("filter");
const shown = document.getElementById("shown");
const verdicts = [...document.querySelectorAll("[data-verdict]")];
const rows = [...document.querySelectorAll("#tenants tbody tr")].map(row => ({
  row, verdict: row.dataset.of, text: row.textContent.toLowerCase(),
}));

function show() {
  const words = field.value.trim().toLowerCase();
  const wanted = verdicts.filter(button => button.ariaPressed === "true").map(button => button.dataset.verdict);
  let count = 0;
  for (const { row, verdict, text } of rows) {
    const fits = text.includes(words) && (!wanted.length || wanted.includes(verdict));
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = words || wanted.length ? `${count} of ${rows.length} tenants shown` : "";
}

async function copy(button) {
  const command = button.previousElementSibling, label = button.firstChild;
  try {
    await navigator.clipboard.writeText(command.textContent.trim());
    label.textContent = "Copied";
  } catch {
    // No permission, or a page that was not loaded safely: the keyboard can still copy it.
    getSelection().selectAllChildren(command);
    label.textContent = "Selected, now copy it";
  }
}

field.addEventListener("input", show);
for (const button of verdicts)
  button.addEventListener("click", () => {
    button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
    show();
  });
// A line of an order that is to be copied. Of several the second may answer what the first one asks.
for (const lines of document.querySelectorAll(".order pre")) {
  if (lines.textContent.trim().includes("\n")) continue;
  const place = document.createElement("div"), button = document.createElement("button");
  place.className = "copied";
  button.type = "button";
  button.textContent = "Copy";
  lines.replaceWith(place);
  place.append(lines, button);
}
for (const button of document.querySelectorAll(".command button, .copied button"))
  button.addEventListener("click", () => copy(button));

// Paper shows what is folded away.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of folded) part.open = false;
});
show();
