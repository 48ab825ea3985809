"use strict";
// Searches an index in pieces: over http each is fetched as text and parsed, never run; from a
// folder, where fetch is refused, it is loaded as a script whose address one policy lets through.
const kPage = 50;
const kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const waiting = new Map();
const loaded = new Map();
const fromDisk = location.protocol === "file:";
const policy = globalThis.trustedTypes?.createPolicy("mcprisk", {
  createScriptURL: (url) => {
    if (!/^search\/(manifest|[id]\/\d+)\.js$/.test(url)) throw new TypeError("not ours: " + url);
    return url;
  },
});
globalThis.mcprisk_shard = (name, value) => waiting.get(name)?.(value);

function load(name) {
  if (!loaded.has(name)) {
    const path = `search/${name}.js`;
    loaded.set(name, fromDisk
      ? new Promise((resolve, reject) => {
          waiting.set(name, resolve);
          const script = document.createElement("script");
          script.onerror = () => reject(new Error(path));
          script.src = policy ? policy.createScriptURL(path) : path;
          document.head.append(script);
        })
      : fetch(path).then(async (answer) => {
          if (!answer.ok) throw new Error(path);
          const text = await answer.text();
          return JSON.parse(text.slice(text.indexOf(",") + 1, text.lastIndexOf(")")));
        }));
  }
  return loaded.get(name);
}

function numbers(text, use) {
  for (let at = 0, last = -1; at < text.length;) {
    let value = 0, shift = 0, digit;
    do {
      digit = kDigits.indexOf(text[at++]);
      value += (digit & 31) << shift;
      shift += 5;
    } while (digit & 32);
    use(last += value + 1);
  }
}

// Thai to Lao, kana, Han, Hangul: written without blanks.
const kSign = "[\\u0e00-\\u0eff\\u3040-\\u30fa\\u30fc-\\u30ff\\u3400-\\u9fff\\uac00-\\ud7af]";
const kBlankless = new RegExp("^" + kSign, "u");
const kWord = new RegExp(`${kSign}+|(?:(?!${kSign})[\\p{L}\\p{N}\\p{Co}])+`, "gu");

// As the index was made.
function wordsOf(text) {
  const plain = text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const out = [];
  for (const [word] of plain.normalize("NFC").matchAll(kWord)) {
    if (!kBlankless.test(word)) {
      out.push(word);
      continue;
    }
    const signs = [...word];
    if (signs.length === 1) out.push(signs[0]);
    for (let i = 0; i + 1 < signs.length; ++i) out.push(signs[i] + signs[i + 1]);
  }
  return out;
}

const before = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// Marks every tool that has a word beginning so; true if a list was too long to be kept whole.
async function mark(manifest, word, exact, servers, seen, bit) {
  let shard = 0;
  while (shard + 1 < manifest.shards.length && before(manifest.shards[shard + 1], word) <= 0) ++shard;
  if (shard > 0 && !exact && manifest.shards[shard].startsWith(word)) --shard;
  let cut = false;
  for (; shard < manifest.shards.length; ++shard) {
    const first = manifest.shards[shard];
    if (before(first, word) > 0 && !first.startsWith(word)) break;
    for (const [term, names, texts, ids, more] of await load(`i/${shard}`)) {
      // Tags ("cap:…") are no words.
      if (exact ? term !== word : !term.startsWith(word) || term.includes(":")) continue;
      cut ||= more === 1;
      for (const list of servers ? [names, texts, ids] : [names, texts]) {
        numbers(list, (n) => { if (seen[n] === bit) seen[n] = bit + 1; });
      }
    }
  }
  return cut;
}

// Numbers of tools, riskiest first.
async function find({ q = "", level = "", category = "", ability = "", finding = "", servers = true }) {
  const manifest = await load("manifest");
  const seen = new Uint8Array(manifest.tools);
  let bit = 0, cut = false;
  for (const word of wordsOf(q).slice(0, 20)) {
    cut = (await mark(manifest, word, false, servers, seen, bit++)) || cut;
  }
  if (ability) cut = (await mark(manifest, "cap:" + ability.trim(), true, false, seen, bit++)) || cut;
  if (finding) cut = (await mark(manifest, "finding:" + finding.trim(), true, false, seen, bit++)) || cut;
  const levels = ["Low", "Medium", "High", "Critical"];
  const hits = [];
  for (const [atLevel, ofCategory, from, to] of manifest.ranges) {
    if (level && levels.indexOf(atLevel) < levels.indexOf(level)) continue;
    if (category && ofCategory !== category) continue;
    for (let n = from; n < to; ++n) if (seen[n] === bit) hits.push(n);
  }
  return { hits, cut, manifest };
}
globalThis.mcprisk_find = find;

function element(name, text, options = {}) {
  const one = document.createElement(name);
  one.textContent = text;
  return Object.assign(one, options);
}

async function show(hits, manifest, from) {
  const list = document.getElementById("-results");
  const to = Math.min(hits.length, from + kPage);
  const blocks = new Map();
  for (let i = from; i < to; ++i) blocks.set(Math.floor(hits[i] / manifest.block), null);
  await Promise.all([...blocks.keys()].map(async (b) => blocks.set(b, await load(`d/${b}`))));
  const signs = { Low: "○", Medium: "◔", High: "◑", Critical: "●" };
  for (let i = from; i < to; ++i) {
    const block = blocks.get(Math.floor(hits[i] / manifest.block));
    const [server, name, slug, page] = block.t[hits[i] % manifest.block];
    const [id, place, grade] = block.s[server];
    const [level, category] = manifest.ranges.find((r) => hits[i] >= r[2] && hits[i] < r[3]);
    const line = document.createElement("li");
    const there = document.createElement("a");
    there.href = page ? `t/${place}/${slug}.html` : `s/${place}.html#${slug}`;
    there.append(element("bdi", name));
    const home = element("a", "", { href: `s/${place}.html` });
    home.append(element("bdi", id));
    line.append(
      element("span", `${signs[level]} ${level}`, { className: `level l-${level.toLowerCase()}` }),
      ` ${category} `, there, " of ", home, `, grade ${grade}`);
    list.append(line);
  }
  const more = document.getElementById("-more");
  more.replaceChildren();
  if (to < hits.length) {
    const button = element("button", `Show ${Math.min(kPage, hits.length - to)} more`, { type: "button" });
    button.addEventListener("click", async () => {
      const last = list.lastElementChild;
      await show(hits, manifest, to);
      last.nextElementSibling?.querySelector("a")?.focus();
    });
    more.append(button);
  }
}

async function run() {
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  const form = document.getElementById("-form");
  for (const field of form.elements) if (field.name && asked[field.name]) field.value = asked[field.name];
  const count = document.getElementById("-count");
  if (!asked.q && !asked.level && !asked.category && !asked.ability && !asked.finding) return;
  count.textContent = "Searching …";
  try {
    const { hits, cut, manifest } = await find(asked);
    count.textContent = hits.length === 0 ? "Nothing has all of these words."
      : `${cut ? "More than " : ""}${hits.length} ${hits.length === 1 ? "tool" : "tools"}, riskiest first.`;
    await show(hits, manifest, 0);
  } catch (error) {
    count.textContent = `The index could not be read (${error.message}).`;
  }
}
run();
