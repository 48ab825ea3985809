// The checks of site_test.sh: node site_check.mjs WHAT ARGUMENTS…
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import zlib from "node:zlib";

const [, , what, ...given] = process.argv;

function fail(text) {
  console.error("FAILED: " + text);
  process.exit(1);
}

function filesOf(folder, ending) {
  return fs.readdirSync(folder, { recursive: true }).filter((f) => f.endsWith(ending)).sort();
}

async function browser() {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

// A slow machine is no fault of a page.
async function contextOf(run, options = {}) {
  const context = await run.newContext(options);
  context.setDefaultTimeout(240_000);
  context.setDefaultNavigationTimeout(240_000);
  return context;
}

const kHostile = [
  "<script>pwned()</script>", "</title><script>pwned()</script>", "<img src=x onerror=pwned()>",
  "<svg onload=pwned()>", "\"><svg/onload=pwned()>", "'><img src=x onerror=pwned()>",
  "javascript:pwned()", "data:text/html,<script>pwned()</script>", "https://evil.example/?a=1",
  "</script><script>pwned()</script>", "<!--", "-->", "<style>*{display:none}</style>",
  "<base href=https://evil.example/>", "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
  "<iframe srcdoc='<script>parent.pwned()</script>'></iframe>", "<object data=javascript:pwned()>",
  "<a href=javascript:pwned()>x</a>", "<form action=https://evil.example/><button>x</button></form>",
  "<link rel=stylesheet href=https://evil.example/x.css>", "<input autofocus onfocus=pwned()>",
  "<details open ontoggle=pwned()>", "<video src=https://evil.example/x onerror=pwned()>",
  "{{%AUTOESCAPE context=\"NONE\"}}{{X:none}}", "{{>HEAD}}{{#PIECE}}", "\u202egnp.exe\u202c", "\u2066\u2069x\u200b\u200d\ufeff",
  "\u{e0041}\u{e0042}\u{e0043}", "\u001b[31mred\u001b[0m\u0007", "a\u0300".repeat(40) + "\u0301".repeat(200),
  "x".repeat(3000), "]]><![CDATA[<x>", "&lt;script&gt;pwned()&lt;/script&gt;", "&#60;script&#62;", "%3Cscript%3Epwned()%3C/script%3E",
  "\\u003cscript\\u003epwned()", "`${pwned()}`", "\u2028pwned()\u2029", "../../../etc/passwd", "CON", "<plaintext>",
  "<math><mtext><table><mglyph><style><img src=x onerror=pwned()>", "<noscript><p title='</noscript><img src=x onerror=pwned()>'>",
  "<x-mcp onclick=pwned()>", "\u0000<script>pwned()</script>", "mcprisk_shard(\"manifest\",pwned())",
];

function makeHostile(folder) {
  const lines = [[], []];
  const disputes = [];
  kHostile.forEach((text, n) => {
    for (const later of [0, 1]) {
      const tool = (name, extra) => ({
        name, title: text, description: `${text} Delete the file and send an email. ${extra}${text}`,
        annotations: { title: text, readOnlyHint: true },
        inputSchema: { type: "object", properties: {
          [text || "p"]: { type: "string", description: text, enum: [text, "delete", "list"], pattern: text, default: text },
          path: { type: "string", description: text } }, required: [text || "p"] },
      });
      lines[later].push(JSON.stringify({
        server: n % 2 === 0 ? `hostile-${n}` : `hostile-${n} ${text}`, title: text, description: text, source: text, instructions: text,
        tools: [tool(text, ""), tool(`tool_${n}`, later ? `and pay ${text} ` : ""), tool(`del${text}`, "")],
      }));
    }
    disputes.push({ server: `hostile-${n}`, tool: n % 2 ? `tool_${n}` : "", since: text, state: text, text, answer: text });
  });
  fs.writeFileSync(path.join(folder, "hostile.jsonl"), lines[0].join("\n") + "\n");
  fs.writeFileSync(path.join(folder, "hostile-later.jsonl"), lines[1].join("\n") + "\n");
  fs.writeFileSync(path.join(folder, "disputes.json"), JSON.stringify(disputes));
}

function random(seed) {
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
}

const kVerbs = ["get", "list", "create", "update", "delete", "send", "run", "search", "pay", "export", "merge", "close"];
const kThings = ["issue", "invoice", "customer", "file", "branch", "message", "secret", "database", "page", "event", "Übersicht", "résumé", "日本語", "refund"];
const kSays = ["Deletes every record at once.", "Sends an email to the customer.", "Returns the weather.", "Runs a shell command.",
  "Refunds a payment.", "Reads private notes of the user.", "文書を検索します。", "Löscht die Datei für immer.", "Lists what is there, without changes."];

function makePlain(folder) {
  const next = random(7);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const lines = [];
  for (let s = 0; s < 120; ++s) {
    const tools = [];
    const names = new Set();
    for (let t = 0; t < (s === 3 ? 180 : 1 + (s % 12)); ++t) {
      const camel = next() < 0.3;
      const thing = pick(kThings);
      let name = camel ? pick(kVerbs) + thing[0].toUpperCase() + thing.slice(1) : `${pick(kVerbs)}_${thing}`;
      if (names.has(name)) name += `_${t}`;
      names.add(name);
      tools.push({ name, description: `${pick(kSays)} ${pick(kSays)}`, inputSchema: { type: "object", properties: {
        id: { type: "string", description: "Which one." }, amount: { type: "number" } }, required: ["id"] } });
    }
    lines.push(JSON.stringify({ server: `plain-${s}`, title: s % 4 ? `Plain ${s}` : `GitHub tools ${s}`, description: "A server of the test.", tools }));
  }
  fs.writeFileSync(path.join(folder, "plain.jsonl"), lines.join("\n") + "\n");
}

// Our own pages are regular enough to be read so: attributes are always in double quotes.
function linksOf(html) {
  return [...html.matchAll(/ (?:href|src|action)="([^"]*)"/g)].map((m) => m[1].replaceAll("&amp;", "&").replaceAll("&#39;", "'"));
}

function checkLinks(folder) {
  const ids = new Map();
  const pages = filesOf(folder, ".html");
  for (const page of pages) {
    const html = fs.readFileSync(path.join(folder, page), "utf8");
    ids.set(page, new Set([...html.matchAll(/ id="([^"]*)"/g)].map((m) => m[1])));
    const all = [...html.matchAll(/ id="([^"]*)"/g)].length;
    if (all !== ids.get(page).size) fail(`${page}: an id stands twice`);
  }
  let n = 0;
  for (const page of pages) {
    for (const link of linksOf(fs.readFileSync(path.join(folder, page), "utf8"))) {
      if (link.startsWith("https://") || link.startsWith("http://")) {
        if (!page.startsWith("attacks/") && !page.startsWith("s/")) fail(`${page}: leads outside: ${link}`);
        continue;
      }
      ++n;
      const [file, fragment] = link.split("#");
      const target = file === "" ? page : path.posix.join(path.posix.dirname(page), file.split("?")[0]);
      if (!fs.existsSync(path.join(folder, target))) fail(`${page}: ${link} leads nowhere`);
      if (fragment && ids.has(target) && !ids.get(target).has(fragment)) fail(`${page}: no ${link}`);
    }
  }
  if (n < 1000) fail("hardly any links");
  console.log(`${n} links of ${pages.length} pages lead somewhere`);
}

function checkTwins(folder) {
  let n = 0;
  for (const file of filesOf(folder, ".json")) {
    const twin = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
    const page = path.join(folder, file.replace(/\.json$/, ".html"));
    if (!fs.existsSync(page)) continue;
    const html = fs.readFileSync(page, "utf8");
    ++n;
    if (twin.schema === "mcprisk-site-tool/1") {
      if (!html.includes(`</span> ${twin.verdict.risk}</span> ${twin.verdict.category}, `)) fail(`${file}: another level than its page`);
      if (!html.includes(twin.verdict.definition_hash)) fail(`${file}: another definition than its page`);
    } else if (twin.schema === "mcprisk-site-server/1" && twin.tools.length > 0) {
      if (!html.includes(`>${twin.grade}</a>`)) fail(`${file}: another grade than its page`);
      const policy = JSON.parse(fs.readFileSync(page.replace(/html$/, "policy.json"), "utf8"));
      if (JSON.stringify(policy) !== JSON.stringify(twin.policy)) fail(`${file}: another policy than its file`);
      const rows = html.match(/<li class="tool">/g).length;
      if (rows !== twin.tools.length) fail(`${file}: ${rows} rows for ${twin.tools.length} tools`);
    }
  }
  if (n < 100) fail("hardly any twins");
  console.log(`${n} twins say what their pages say`);
}

async function checkHtml(...folders) {
  const { HtmlValidate } = await import("html-validate");
  const judge = new HtmlValidate({ extends: ["html-validate:recommended"], rules: {
    "void-style": "off", "no-trailing-whitespace": "off", "long-title": "off", "attribute-boolean-style": "off",
    "valid-id": ["error", { relaxed: true }], "no-inline-style": "error" } });
  let n = 0;
  for (const folder of folders) {
    for (const page of filesOf(folder, ".html").filter((p, i) => !p.startsWith("rules/") || i % 20 === 0)) {
      const report = await judge.validateString(fs.readFileSync(path.join(folder, page), "utf8"));
      ++n;
      if (!report.valid) {
        const first = report.results[0].messages[0];
        fail(`${page}:${first.line}: ${first.ruleId}: ${first.message}`);
      }
    }
  }
  console.log(`${n} pages are valid`);
}

const kElements = new Set(("html head meta title link script body a header form label input button nav ul ol li main p h1 h2 h3 div " +
  "span b bdi blockquote mark q svg rect table caption thead tbody tr th td details summary pre code section dl dt dd del ins br " +
  "small footer img noscript select option").split(" "));

async function onPage(page, url, asked) {
  const wrong = await page.evaluate((known) => {
    const elements = new Set(known);
    const found = [];
    for (const one of document.querySelectorAll("*")) {
      if (!elements.has(one.localName)) found.push(`element ${one.localName}`);
      for (const attribute of one.attributes) {
        if (/^on|^style$|^srcdoc$/i.test(attribute.name)) found.push(`attribute ${attribute.name}`);
      }
      if (one.localName === "script" && !one.getAttribute("src") && one.type !== "application/ld+json") found.push("a script inside");
    }
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|[\u{e0000}-\u{e007f}]/u.test(walker.currentNode.data)) found.push("a sign that nobody sees");
    }
    if (globalThis.mcprisk_pwned) found.push("strangers' script ran");
    if (document.documentElement.scrollWidth > innerWidth) found.push(`${document.documentElement.scrollWidth - innerWidth} px sideways`);
    return found;
  }, [...kElements]);
  if (wrong.length > 0) fail(`${url}: ${wrong[0]}`);
  if (asked.length > 0) fail(`${url}: ${asked[0]}`);
}

async function hostilePages(folder, pages, bypassCSP) {
  const run = await browser();
  const context = await contextOf(run, { bypassCSP, viewport: { width: 360, height: 740 } });
  await context.addInitScript(() => {
    for (const name of ["pwned", "alert", "prompt", "confirm"]) globalThis[name] = () => { globalThis.mcprisk_pwned = true; };
  });
  const page = await context.newPage();
  const asked = [];
  page.on("dialog", (d) => { asked.push("a dialog"); d.dismiss(); });
  page.on("popup", () => asked.push("a window"));
  page.on("request", (r) => { if (!r.url().startsWith(`file://${folder}/`)) asked.push("asked for " + r.url().slice(0, 100)); });
  page.on("framenavigated", (f) => { if (!f.url().startsWith("file://") && f.url() !== "about:blank") asked.push("went to " + f.url()); });
  for (const one of pages) {
    const url = `file://${folder}/${one.split("/").map(encodeURIComponent).join("/")}`;
    await page.goto(url);
    await page.evaluate(() => { for (const d of document.querySelectorAll("details")) d.open = true; });
    await onPage(page, one, asked);
  }
  await run.close();
}

async function checkHostile(folder) {
  const pages = filesOf(folder, ".html").filter((p) => !p.startsWith("rules/") && !p.startsWith("attacks/"));
  pages.push("search.html");
  if (pages.length < 2 * kHostile.length) fail("too few hostile pages");
  if (process.env.QUICK) {
    const some = pages.filter((page, i) => i % 15 === 0);
    await hostilePages(folder, some, true);
    console.log(`${some.length} hostile pages without their rules: nothing ran`);
    return;
  }
  await hostilePages(folder, pages, false);
  await hostilePages(folder, pages, true);
  console.log(`${kHostile.length} hostile texts on ${pages.length} pages, with their rules and without: nothing ran`);
}

// The other half: the rules alone suffice. What was escaped is put back.
async function checkEscapingOff(folder) {
  const run = await browser();
  const context = await contextOf(run);
  await context.addInitScript(() => { globalThis.pwned = () => { globalThis.mcprisk_pwned = true; }; });
  const page = await context.newPage();
  const asked = [];
  // What the rules stop is announced and then failed as "csp"; anything else has left the page.
  const leaves = (r) => { if (!r.url().startsWith("file://")) asked.push(`${r.url()} (${r.failure()?.errorText ?? "answered"})`); };
  page.on("requestfinished", leaves);
  page.on("requestfailed", (r) => { if (!/csp/i.test(r.failure()?.errorText ?? "")) leaves(r); });
  let n = 0;
  const broken = path.join(folder, "escaping-off.html");
  for (const one of filesOf(path.join(folder, "s"), ".html")) {
    const raw = fs.readFileSync(path.join(folder, "s", one), "utf8").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    // A stranger's refresh leads away under any rules: it is for the escaping alone to stop.
    fs.writeFileSync(broken, raw.replace(/<meta http-equiv=refresh[^>]*>/g, ""));
    await page.goto("file://" + broken);
    if (await page.evaluate(() => globalThis.mcprisk_pwned === true)) fail(`${one}: ran in spite of the rules`);
    if (asked.length > 0) fail(`${one}: asked for ${asked[0]} in spite of the rules`);
    ++n;
  }
  fs.unlinkSync(broken);
  await run.close();
  console.log(`${n} pages without escaping: their rules alone stop everything`);
}

async function walk(base, folder) {
  const run = await browser();
  const context = await contextOf(run, { permissions: base.startsWith("http") ? ["clipboard-read", "clipboard-write"] : [] });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.message));
  page.on("console", (m) => { if (m.type() === "error") errors.push(m.text()); });
  const requests = [];
  page.on("request", (r) => requests.push(r.url()));
  await page.goto(base + "index.html");
  if (requests.length > 5) fail(`${requests.length} requests on the first visit`);
  await page.fill("#-find", "refund");
  await page.press("#-find", "Enter");
  await page.waitForSelector("#-results li");
  await page.selectOption("select[name=level]", "Critical");
  await page.click("#-form button");
  await page.waitForSelector("#-results li");
  const levels = await page.$$eval("#-results .level", (all) => [...new Set(all.map((l) => l.textContent))]);
  if (levels.length !== 1 || !levels[0].includes("Critical")) fail(`the filter shows ${levels}`);
  await page.click("#-results li a");
  await page.waitForSelector("h1");
  await page.click(".crumbs a");
  await page.waitForSelector("#-policy");
  const slug = decodeURIComponent(page.url()).match(/s\/(.*)\.html/)[1];
  if (base.startsWith("http")) {
    await page.click("button.copy");
    await page.waitForFunction(() => document.querySelector("button.copy").textContent === "Copied");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    if (copied !== fs.readFileSync(path.join(folder, `s/${slug}.policy.json`), "utf8")) fail("what is copied is not the file");
  }
  await page.goto(base + "groups/index.html");
  await page.click("ul.plain a");
  await page.waitForSelector("table");
  await page.goto(base + "changes.html");
  // Keyboard: to a tool, unfold it.
  await page.goto(base + `s/${slug}.html`);
  await page.focus(".tool summary");
  await page.keyboard.press("Enter");
  if (!(await page.$eval(".tool details", (d) => d.open))) fail("Enter does not unfold a tool");
  if (errors.length > 0) fail(errors[0]);
  await context.close();
  const plain = await contextOf(run, { javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(base + "index.html");
  await still.click("text=Critical");
  await still.click("ul.plain a >> nth=4");
  if (await still.$eval("main", (m) => m.textContent.length) < 100) fail("nothing without script");
  for (const hidden of await still.$$("button.copy")) if (await hidden.isVisible()) fail("a button that cannot work");
  await run.close();
  console.log(`walked over ${base.slice(0, 8)}…`);
}

// On paper everything is unfolded, with script and without.
async function checkPrint(base) {
  const run = await browser();
  for (const javaScriptEnabled of [true, false]) {
    const context = await contextOf(run, { javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(base + "s/plain-11.html");
    await page.emulateMedia({ media: "print" });
    const seen = await page.evaluate(() => ({
      folded: [...document.querySelectorAll(".tool .inside")].filter((one) => one.getBoundingClientRect().height < 10).length,
      all: document.querySelectorAll(".tool .inside").length,
      top: document.querySelector(".top").getBoundingClientRect().height,
      policy: document.getElementById("-document").getBoundingClientRect().height,
    }));
    if (seen.all < 5 || seen.folded > 0) fail(`${seen.folded} of ${seen.all} tools are folded on paper`);
    if (seen.top > 0) fail("the navigation is printed");
    if (seen.policy < 50) fail("the policy is not printed");
    const pdf = await page.pdf();
    if (pdf.length < 10000) fail("hardly anything is printed");
    await context.close();
  }
  await run.close();
  console.log("on paper everything is unfolded, with script and without");
}

async function checkCompare(base) {
  const run = await browser();
  const page = await (await contextOf(run)).newPage();
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.message));
  await page.goto(base + "compare.html?a=plain-4&b=plain-8");
  await page.waitForSelector("#-result table");
  const heads = await page.$$eval("#-result thead th", (all) => all.map((one) => one.textContent));
  if (heads[1] !== "plain-4" || heads[2] !== "plain-8") fail(`compared ${heads}`);
  const tools = await page.$$eval("#-result tbody tr:nth-child(2) td", (all) => all.map((one) => Number(one.textContent)));
  if (tools[0] !== 5 || tools[1] !== 9) fail(`counts of tools: ${tools}`);
  await page.goto(base + "compare.html?a=../../x&b=" + encodeURIComponent("<img src=x onerror=alert(1)>"));
  await page.waitForFunction(() => document.getElementById("-count").textContent.includes("no page"));
  if (await page.$("#-count img")) fail("a question became an element");
  if (errors.length > 0) fail(errors[0]);
  await run.close();
  console.log("two servers side by side, and a question that names none");
}

async function checkFragments(base, folder) {
  const run = await browser();
  const context = await contextOf(run, { javaScriptEnabled: false });
  const page = await context.newPage();
  let n = 0;
  for (const server of ["plain-3", "plain-11", "plain-23"]) {
    const html = fs.readFileSync(path.join(folder, `s/${server}.html`), "utf8");
    const ids = [...html.matchAll(/<(?:div|p) id="([^"-][^"]*)"/g)].map((m) => m[1]);
    for (const id of ids) {
      await page.goto("about:blank");
      await page.goto(`${base}s/${server}.html#${id}`);
      const seen = await page.evaluate((one) => {
        const place = document.getElementById(one);
        const around = place.closest("details");
        const box = place.getBoundingClientRect();
        return (!around || around.open) && box.height > 0 && box.top >= -5 && box.top < innerHeight;
      }, id);
      if (!seen) fail(`${server}#${id} is not shown`);
      ++n;
    }
  }
  if (n < 180) fail("too few fragments");
  await run.close();
  console.log(`${n} fragments open their tools without script`);
}

async function checkAxe(base, folder) {
  const source = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
  const run = await browser();
  const first = (prefix) => filesOf(folder, ".html").find((p) => p.startsWith(prefix) && !p.endsWith("index.html"));
  const pages = ["index.html", "search.html?q=refund", "s/plain-3.html", "s/plain-7.html", first("t/plain-7/"), first("groups/"), "groups/index.html",
    "servers/index.html", "levels/critical.html", "categories/financial.html", first("capabilities/"), "findings/tool-poisoning.html",
    "attacks/rug-pull.html", "rules/verb-delete.html", "changes.html", "method.html", "dispute.html", "data.html", "glossary.html", "enforce.html", "compare.html?a=plain-4&b=plain-8"];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 360]) {
      const context = await contextOf(run, { colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      const page = await context.newPage();
      for (const one of pages) {
        await page.goto(base + one);
        if (one.startsWith("search")) await page.waitForSelector("#-results li");
        if (one.startsWith("compare")) await page.waitForSelector("#-result table");
        await page.evaluate(() => { [...document.querySelectorAll("details")].slice(0, 3).forEach((d) => { d.open = true; }); });
        await page.evaluate(source);
        const found = await page.evaluate(() => axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
        if (found.violations.length > 0) {
          const v = found.violations[0];
          fail(`${one} ${colorScheme} ${width}: ${v.id}: ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary.slice(0, 300)}`);
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) fail(`${one}: ${wide} px sideways at ${width}`);
      }
      await context.close();
    }
  }
  await run.close();
  console.log(`${pages.length} pages, light and dark, wide and narrow: axe finds nothing`);
}

async function checkSearch(base, mcprisk, db) {
  const run = await browser();
  const page = await (await contextOf(run)).newPage();
  await page.goto(base + "search.html");
  const next = random(11);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const words = [...kVerbs, ...kThings, "email", "Deletes", "record", "weather", "shell", "payment", "für", "immer", "ubersicht", "resume",
    "UBER", "文書", "索し", "日本", "nothingatall", "with", "createIssue", "del", "cust", "is"];
  let hits = 0;
  const questions = process.env.QUICK ? 40 : 500;
  for (let i = 0; i < questions; ++i) {
    let q = pick(words);
    if (next() < 0.3) q = q.slice(0, 1 + Math.floor(next() * q.length));
    if (next() < 0.5) q += " " + pick(words);
    const level = next() < 0.25 ? pick(["Low", "Medium", "High", "Critical"]) : "";
    const category = next() < 0.25 ? pick(["Read", "Write", "Execute", "Destructive", "Financial"]) : "";
    const asked = ["--db", db, "-q", "query", ...q.split(" "), "--limit", "100000", "--format", "jsonl"];
    if (level) asked.push("--min-risk", level);
    if (category) asked.push("--category", category);
    const expected = execFileSync(mcprisk, asked, { encoding: "utf8", maxBuffer: 1 << 28 }).trim().split("\n").filter(Boolean)
      .map((line) => JSON.parse(line)).map((v) => `${v.server} ${v.tool}`).sort();
    const got = await page.evaluate(async (question) => {
      const { hits, manifest } = await mcprisk_find({ ...question, servers: false });
      const out = [];
      for (const n of hits) {
        const block = await load(`d/${Math.floor(n / manifest.block)}`);
        const [server, name] = block.t[n % manifest.block];
        out.push(`${block.s[server][0]} ${name}`);
      }
      return out;
    }, { q, level, category });
    got.sort();
    hits += got.length;
    if (JSON.stringify(got) !== JSON.stringify(expected)) {
      const odd = got.find((g) => !expected.includes(g)) ?? expected.find((e) => !got.includes(e));
      fail(`“${q}” ${level} ${category}: ${got.length} found, query has ${expected.length}; for example ${odd}`);
    }
  }
  if (hits < 2 * questions) fail("the questions find hardly anything");
  await run.close();
  console.log(`${questions} questions: the same ${hits} answers as query`);
}

function checkBudgets(folder) {
  const size = (file) => zlib.gzipSync(fs.readFileSync(path.join(folder, file))).length;
  const at = (list, share) => list[Math.min(list.length - 1, Math.floor(list.length * share))];
  const held = (name, value, most) => {
    console.log(`${name}: ${value} of ${most}`);
    if (value > most) fail(`${name} is ${value}, more than ${most}`);
  };
  held("style sheet, gzip", size("a/site.css"), 3000);
  held("script of every page, gzip", size("a/site.js"), 1000);
  held("search script, gzip", size("a/search.js"), 3000);
  const tools = filesOf(path.join(folder, "t"), ".html").map((f) => size("t/" + f)).sort((a, b) => a - b);
  held("tool page, gzip, 99 of 100", at(tools, 0.99), 4000);
  held("tool page, gzip, largest", tools.at(-1), 12000);
  const servers = filesOf(path.join(folder, "s"), ".html").map((f) => size("s/" + f)).sort((a, b) => a - b);
  held("server page, gzip, half", at(servers, 0.5), 5000);
  held("server page, gzip, largest", servers.at(-1), 50000);
}

function serve(port) {
  const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };
  const server = http.createServer((request, answer) => {
    const file = path.join(process.cwd(), path.posix.normalize(decodeURIComponent(new URL(request.url, "http://x").pathname)));
    fs.readFile(file, (error, bytes) => {
      answer.writeHead(error ? 404 : 200, { "content-type": kinds[path.extname(file)] ?? "text/plain", "x-content-type-options": "nosniff" });
      answer.end(error ? "" : bytes);
    });
  });
  server.listen(0, "127.0.0.1", () => fs.writeFileSync(port, String(server.address().port)));
}

const kWhat = { "make-hostile": makeHostile, "make-plain": makePlain, links: checkLinks, twins: checkTwins, html: checkHtml, hostile: checkHostile,
  "escaping-off": checkEscapingOff, walk, print: checkPrint, compare: checkCompare, fragments: checkFragments, axe: checkAxe, search: checkSearch, budgets: checkBudgets, serve };
await kWhat[what](...given);
