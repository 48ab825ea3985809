"use strict";
// Puts two servers side by side from the JSON beside their pages. A folder on a disk cannot be asked
// for them: browsers refuse that, and the page says so.
const kLevels = ["Critical", "High", "Medium", "Low"];
const kSigns = { Low: "○", Medium: "◔", High: "◑", Critical: "●" };

function made(name, text, options = {}) {
  const one = document.createElement(name);
  one.textContent = text;
  return Object.assign(one, options);
}

// An id as people write it, or the address of its page: "npm:x" and "npm/x" are the same.
function placeOf(word) {
  const place = word.trim().replace(/^s\//, "").replace(/\.html$/, "").replaceAll(":", "/");
  const parts = place.split("/");
  const plain = parts.every((part) => /^[a-z0-9@_~-][a-z0-9@._~-]*$/.test(part));
  return plain ? place : "";
}

async function twin(word) {
  const place = placeOf(word);
  const answer = place ? await fetch(`s/${place}.json`) : { ok: false };
  if (!answer.ok) throw new Error(`There is no page for “${word}”. The search finds its name.`);
  return { place, ...(await answer.json()) };
}

function row(body, head, cells) {
  const line = document.createElement("tr");
  line.append(made("th", head, { scope: "row" }));
  for (const cell of cells) line.append(made("td", String(cell)));
  body.append(line);
}

function table(caption, heads) {
  const region = made("section", "", { className: "scroll", tabIndex: 0 });
  region.setAttribute("aria-label", caption);
  const all = document.createElement("table");
  all.append(made("caption", caption, { className: "hidden" }));
  const head = document.createElement("tr");
  for (const text of heads) head.append(made("th", text, { scope: "col" }));
  const top = document.createElement("thead");
  top.append(head);
  const body = document.createElement("tbody");
  all.append(top, body);
  region.append(all);
  return [region, body];
}

function tools(title, list, one) {
  if (list.length === 0) return [];
  const all = made("ul", "", { className: "near" });
  for (const entry of list) {
    const line = document.createElement("li");
    line.append(one(entry));
    all.append(line);
  }
  return [made("h2", `${title} (${list.length})`), all];
}

function level(risk) {
  return made("span", `${kSigns[risk]} ${risk}`, { className: `level l-${risk.toLowerCase()}` });
}

function named(tool) {
  const line = document.createDocumentFragment();
  line.append(level(tool.risk), ` ${tool.category} `, made("bdi", tool.untrusted_name));
  return line;
}

function show(a, b) {
  const both = [a, b];
  const result = document.getElementById("-result");
  const [region, body] = table("Both servers", ["", a.id, b.id]);
  row(body, "Grade", both.map((s) => s.grade));
  row(body, "Tools", both.map((s) => s.tools.length));
  for (const risk of kLevels) row(body, `Tools of level ${risk}`, both.map((s) => s.by_risk[risk] ?? 0));
  for (const [category] of Object.entries({ ...a.by_category, ...b.by_category })) {
    row(body, `${category} tools`, both.map((s) => s.by_category[category] ?? 0));
  }
  row(body, "Run without a person, by the recommended policy",
    both.map((s) => s.tools.filter((t) => !["denied", "hidden"].includes(t.effect)).length));
  const abilities = both.map((s) => new Set(s.tools.flatMap((t) => t.capabilities)));
  for (const tag of [...new Set([...abilities[0], ...abilities[1]])].sort()) {
    row(body, tag, abilities.map((own) => (own.has(tag) ? "yes" : "")));
  }
  const links = made("p", "");
  for (const server of both) links.append(made("a", server.id, { href: `s/${server.place}.html` }), " ");
  const byName = new Map(b.tools.map((t) => [t.untrusted_name, t]));
  const own = new Set(a.tools.map((t) => t.untrusted_name));
  const shared = a.tools.filter((t) => byName.has(t.untrusted_name));
  const differ = shared.filter((t) => byName.get(t.untrusted_name).risk !== t.risk);
  result.replaceChildren(region, links,
    ...tools("The same name and another level", differ, (t) => {
      const line = named(t);
      line.append(" and ", level(byName.get(t.untrusted_name).risk));
      return line;
    }),
    ...tools(`Only ${a.id} has`, a.tools.filter((t) => !byName.has(t.untrusted_name)), named),
    ...tools(`Only ${b.id} has`, b.tools.filter((t) => !own.has(t.untrusted_name)), named),
    ...tools("Both have, by name", shared, named));
  document.getElementById("-count").textContent =
    `${shared.length} tool names are in both, ${differ.length} of them with another level.`;
}

async function run() {
  const asked = new URLSearchParams(location.search);
  const form = document.getElementById("-form");
  for (const name of ["a", "b"]) form.elements[name].value = asked.get(name) ?? "";
  if (!asked.get("a") || !asked.get("b")) return;
  const count = document.getElementById("-count");
  if (location.protocol === "file:") {
    count.textContent = "A browser does not let a page on a disk read other files: put the folder behind a web server.";
    return;
  }
  try {
    show(...(await Promise.all([twin(asked.get("a")), twin(asked.get("b"))])));
  } catch (error) {
    count.textContent = error.message;
  }
}
run();
