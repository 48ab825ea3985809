"use strict";
// Everything works without this file but copying: its buttons are shown here.
for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      button.textContent = document.execCommand("copy") ? "Copied" : "Select and copy by hand";
      area.remove();
      button.focus();
    }
  });
}
// Printing shows what is folded.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open])")) {
    one.open = true;
    one.dataset.shut = "";
  }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-shut]")) one.open = false;
});
