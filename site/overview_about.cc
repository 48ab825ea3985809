#include "site/desk.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/base/json.h"
#include "model/base/text.h"
#include "model/finding_kinds.h"
#include "site/address.h"
#include "site/blocks.h"

namespace mcprisk::site {
namespace {

using nlohmann::json;

}  // namespace

void write_method(Desk& desk) {
    Blocks page(desk.site,
                frame("method.html",
                      "How it is made, and how often it is wrong",
                      "How verdicts are made, how right they are, and where they fail."),
                "How it is made, and how often it is wrong");
    page.lead(
        "No language model judges here: the same definition always gets the same verdict, "
        "and each names its rules.");
    page.steps({"A server is asked for its tools, as a client would ask it.",
                "Name, text, schema and siblings of each tool are read for what a call does to "
                "the world.",
                "The most severe documented ability names the category: Financial, Destructive, "
                "Execute, Write, Read.",
                "Each category starts at a level; evidence moves it, each move with a rule.",
                "What the author says to make a tool look milder may lower its level, never the "
                "level that policies use.",
                "Findings look for what no honest definition has: orders to the model, hidden "
                "signs, requests for what the tool does not need.",
                "A policy follows from category, level and abilities by a table."});
    page.heading("right", "How right it is");
    page.para(desk.overview.accuracy.sentence);
    for (const Accuracy::Table& table : desk.overview.accuracy.tables) {
        page.heading("table-" + word_slug(lower_ascii(table.caption.substr(0, 12))), table.caption);
        const Section shown = page.table(table.caption, table.head);
        for (const auto& row : table.rows) {
            const Section line = shown.add("TR");
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (i == 0) {
                    line.add("PLAIN").set("TEXT", row[i]);
                } else {
                    line.add("TD").set("TEXT", row[i]);
                }
            }
        }
    }
    page.heading("fails", "Where it fails");
    for (const std::string& one : desk.overview.accuracy.where_it_fails) page.text_item(one);
    page.heading("again", "Do it again yourself");
    page.para(
        fmt::format("Every number of this site follows from the catalogue and rules {}. "
                    "These commands make a verdict and this site again:",
                    desk.site.options->rules_version));
    page.pre(
        "mcprisk scan npm:PACKAGE\nmcprisk show SERVER TOOL --json\n"
        "mcprisk rules test\nmcprisk export site -o DIR\n");
    desk.put(page);
}

void write_enforce(Desk& desk) {
    Blocks page(desk.site,
                frame("enforce.html",
                      "How a policy is enforced",
                      "From a document on a page to calls that are stopped, step by step."),
                "How a policy is enforced");
    page.lead("A policy is words until something between agent and server obeys it.");
    page.heading("gateway", "With a gateway that reads policy.json");
    page.steps(
        {"Take the merged document of the whole server, from its page or with mcprisk policy "
         "SERVER -o DIR. A document with one tool alone denies all others, and a second one "
         "replaces the first.",
         "Read policy.reasons.json beside it, then check the file: mcprisk policy validate "
         "policy.json.",
         "Try it before an agent does: mcprisk policy test policy.json --tool TOOL --args JSON. "
         "Each tool's page has a call that passes and one that is stopped.",
         "Give the document to the gateway, for the grant with which agents reach this server. It "
         "counts from the next request on; a grant without any policy denies every call.",
         "Ask the gateway for tools/list: what stands in hide must be gone from it.",
         "Close the other ways: an agent that can reach the server past the gateway is bound by no "
         "rule."});
    page.heading("clients", "Without a gateway: what the client itself obeys");
    page.para(
        "The same decisions are written for the settings of clients and for other engines. What a "
        "format cannot say is made stricter and never milder.");
    page.pre(
        "mcprisk policy SERVER --for claude-code -o policies\n"
        "mcprisk policy SERVER --for codex -o policies\n"
        "mcprisk policy SERVER --for gemini -o policies\n"
        "mcprisk policy SERVER --for cursor -o policies\n"
        "mcprisk policy SERVER --for intercept -o policies\n"
        "mcprisk policy SERVER --for openai -o policies\n"
        "mcprisk policy SERVER --for cedar -o policies\n"
        "mcprisk policy SERVER --for agentgateway -o policies\n");
    page.heading("limits", "What a limit says");
    page.para(
        "window is minute, hour or day, by the clock in UTC; max is a whole number from 1; scope "
        "is grant: all agents that use one grant share the counter, and tools with the same "
        "counter name share it too.");
    page.heading("stale", "When a server changes");
    page.para(
        "A tool that the document does not name is denied, and so is one that the server adds "
        "later. Its page then shows what changed: write the policy again and read the difference.");
    desk.put(page);
}

void write_data_page(Desk& desk) {
    Blocks page(desk.site,
                frame("data.html", "All of it as data", "Downloads and twins."),
                "All of it as data");
    page.lead("Every page has a JSON twin under the same address: .json in place of .html.");
    page.para(
        "What strangers wrote stands only under keys that begin untrusted_. Do not let a "
        "model read it as instructions.");
    page.item("index.json", "index.json", "counts");
    page.item("changes.json", "changes.json", "changes");
    page.item("changes.atom", "changes.atom", "the same as a feed");
    page.heading("whole", "The whole catalogue");
    page.para("From a catalogue of your own:");
    page.pre(
        "mcprisk export jsonl -o verdicts.jsonl\nmcprisk export csv -o verdicts.csv\n"
        "mcprisk export sarif -o verdicts.sarif\nmcprisk policy --all -o policies\n");
    desk.put(page);
}

void write_dispute(Desk& desk) {
    Blocks page(desk.site,
                frame("dispute.html", "This is wrong, or take me off", "How to object."),
                "This is wrong, or take me off");
    page.lead(
        "A level says what a tool could do by its definition. If the definition does not "
        "say that, it is our fault and we mend the rule.");
    page.heading("what", "What we change");
    page.text_item(
        "A verdict that its definition does not bear out: by a rule or a label, for "
        "every tool like it.");
    page.text_item("A server that is described wrongly or counted twice.");
    page.text_item(
        "Nothing on mere request: a level falls only when a rule or a label says so, "
        "and the page then says what it was.");
    page.heading("how", "How to object");
    if (desk.site.options->contact.empty()) {
        page.para("This copy names nobody to write to: ask whoever gave it to you.");
    } else {
        page.para(
            fmt::format("Write to {} with server, tool, the hash that its page shows and "
                        "the rules it names. An open dispute stands on the page beside "
                        "the level, in your words.",
                        desk.site.options->contact));
    }
    page.heading("out", "Taking a server off");
    page.para(
        "Its authors may ask. Its page then says only that; its name goes into the list "
        "of those left out, which export and crawl both honour.");
    page.heading("past", "Disputes");
    if (desk.site.options->disputes.empty()) page.para("None so far.");
    for (const SiteOptions::Dispute& one : desk.site.options->disputes) {
        page.text_item(fmt::format("{}: {} {} ({}): {} {}",
                                   one.since,
                                   one.server,
                                   one.tool,
                                   one.state,
                                   one.text,
                                   one.answer.empty() ? "" : "Answer: " + one.answer));
    }
    desk.put(page);
    json list = json::array();
    for (const SiteOptions::Dispute& one : desk.site.options->disputes) {
        list.push_back({{"server", one.server},
                        {"tool", one.tool},
                        {"since", one.since},
                        {"state", one.state},
                        {"untrusted_text", one.text},
                        {"answer", one.answer}});
    }
    if (desk.site.options->twins) desk.add({"disputes.json", pretty_json(list)});
}

void write_glossary(Desk& desk) {
    Blocks page(desk.site, frame("glossary.html", "Words", "What the words mean."), "Words");
    page.lead("What the words on these pages mean.");
    page.heading("grade", "Grade");
    page.para(
        "One letter for a server, from the worst of its tools: A nothing above Low, B "
        "Medium, C High, D Critical. F: a finding that no honest definition has. ?: no "
        "tool is known. It says what could happen and not how well a server is made.");
    page.heading("level", "Level");
    page.para("How bad a call can be: Low ○, Medium ◔, High ◑, Critical ●.");
    for (const RiskLevel level : kRiskLevels) {
        page.item(fmt::format("levels/{}.html", level_class(level)), to_string(level), "");
    }
    page.heading("category", "Category");
    page.para("What kind of deed the most severe documented ability of a tool is.");
    for (const Category category : kCategories) {
        page.item("categories/" + category_class(category) + ".html", to_string(category), "");
    }
    page.heading("sure", "Sure");
    page.para("How often a verdict with such a confidence has the right category.");
    page.heading("claim", "Claim");
    page.para(
        "What an author says that makes a tool look milder: read-only, safe, sandboxed, a "
        "hint. It is shown, and policies do not believe it.");
    page.heading("finding", "Finding");
    page.para("A warning about the definition itself.");
    for (const FindingKind& kind : finding_kinds()) {
        page.item("findings/" + word_slug(std::string(kind.id)) + ".html", kind.id, kind.title);
    }
    desk.put(page);
}

}  // namespace mcprisk::site
