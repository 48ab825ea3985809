#include "site/blocks.h"

#include <fmt/format.h>
#include <utility>

namespace mcprisk::site {

Frame frame(std::string path, std::string title, std::string summary) {
    Frame frame;
    frame.path = std::move(path);
    frame.title = std::move(title);
    frame.summary = std::move(summary);
    return frame;
}

Blocks::Blocks(const Site& site, const Frame& frame, std::string_view heading)
    : site_(site), path_(frame.path) {
    set_frame(page_, frame, *site_.options);
    page_.set("H1", heading);
}

void Blocks::crumb(std::string_view to, std::string_view text) {
    const Section one = page_.add("CRUMB");
    one.set("HREF", link(path_, to));
    one.set("TEXT", text);
}

void Blocks::level(RiskLevel level) { set_level(page_.add("LEVELED"), level); }

void Blocks::lead(std::string_view text) { page_.add("LEAD").set("TEXT", text); }

void Blocks::heading(std::string_view id, std::string_view text) {
    block_ = page_.add("BLOCK");
    const Section one = block_->add("HEADING");
    one.set("ID", id);
    one.set("TEXT", text);
    list_.reset();
}

Section Blocks::block() {
    if (!block_) block_ = page_.add("BLOCK");
    return *block_;
}

void Blocks::para(std::string_view text) { block().add("PARA").add("BEFORE").set("TEXT", text); }

void Blocks::para_link(std::string_view before, std::string_view to, std::string_view text) {
    const Section one = block().add("PARA");
    if (!before.empty()) one.add("BEFORE").set("TEXT", std::string(before) + " ");
    const Section there = one.add("LINK");
    there.set("HREF", link(path_, to));
    there.set("TEXT", text);
}

Section Blocks::item() {
    if (!list_) list_ = block().add("LIST");
    return list_->add("ITEM");
}

void Blocks::item(std::string_view to, std::string_view text, std::string_view after) {
    const Section one = item();
    const Section there = one.add("LINK");
    there.set("HREF", link(path_, to));
    there.set("TEXT", text);
    if (!after.empty()) one.add("AFTER").set("TEXT", after);
}

void Blocks::out(std::string_view url) {
    const Section there = item().add("OUT");
    there.set("URL", url);
    there.set("TEXT", url);
}

void Blocks::text_item(std::string_view text) { item().add("AFTER").set("TEXT", text); }

void Blocks::steps(const std::vector<std::string>& steps) {
    const Section list = block().add("STEPS");
    for (const std::string& step : steps) list.add("ITEM").set("TEXT", step);
}

void Blocks::pre(std::string_view text) { block().add("PRE").set("TEXT", text); }

Section Blocks::table(std::string_view caption, const std::vector<std::string>& head) {
    const Section table = block().add("TABLE");
    table.set("CAPTION", caption);
    for (const std::string& one : head) table.add("TH").set("TEXT", one);
    return table;
}

void Blocks::tool(std::uint32_t tool) {
    const engine::ToolOutline& one = site_.view->tools[tool];
    const Section line = item();
    set_level(line.add("LEVELED"), one.risk);
    const Section there = line.add("LINK");
    there.set("HREF", link(path_, tool_path(site_, tool)));
    there.set("TEXT", one.name);
    line.add("AFTER").set(
        "TEXT",
        fmt::format("{} · {}", to_string(one.category), site_.view->servers[one.server].id));
}

void Blocks::server(std::uint32_t server, std::string_view more) {
    const engine::ServerLine& one = site_.view->servers[server];
    const Section line = item();
    const Section graded = line.add("GRADED");
    graded.set("GRADE", std::string(1, one.grade.letter));
    graded.set("GRADE_CLASS", grade_class(one.grade.letter));
    const Section there = line.add("LINK");
    there.set("HREF", link(path_, server_path(site_, server)));
    there.set("TEXT", one.id);
    if (!more.empty()) line.add("AFTER").set("TEXT", more);
}

}  // namespace mcprisk::site
