#include "cli/commands/site_command.h"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "data/data.h"
#include "engine/crawl_plan.h"
#include "engine/view/catalogue_view.h"
#include "engine/view/server_view.h"
#include "model/base/hash.h"
#include "model/base/json.h"
#include "model/base/text.h"
#include "site/export.h"

namespace mcprisk::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

CommandFailure usage(std::string text) { return {ExitCode::usage, std::move(text)}; }

std::string_view built_in(std::string_view name) {
    for (const EmbeddedFile& file : embedded::site()) {
        if (file.name == name) return file.text;
    }
    return {};
}

std::vector<std::string> group_words() {
    std::vector<std::string> words;
    for (const std::string_view line : split(built_in("groups.txt"), '\n')) {
        const std::string_view word = trim(line);
        if (!word.empty() && word.front() != '#') words.emplace_back(word);
    }
    return words;
}

// What pages are made with: another program, style sheet or measured file makes other ones.
std::string program_text() {
    std::string all = fmt::format("mcprisk {}\n", MCPRISK_VERSION);
    for (const std::span<const EmbeddedFile> files : {embedded::site(), embedded::cards()}) {
        for (const EmbeddedFile& file : files) all += sha256_hex(file.text);
    }
    return all;
}

std::vector<site::SiteOptions::Dispute> read_disputes(const SiteWords& words, Session& session) {
    std::vector<site::SiteOptions::Dispute> out;
    if (words.disputes.empty()) return out;
    const auto value = parse_json(read_whole(session.environment(), words.disputes));
    if (!value || !value->is_array()) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("reading {}: it must be a JSON list of disputes, each with "
                        "server, tool, since, state, text and answer",
                        words.disputes));
    }
    for (const json& one : *value) {
        out.push_back({string_member(one, "server"),
                       string_member(one, "tool"),
                       string_member(one, "since"),
                       string_member(one, "state"),
                       string_member(one, "text"),
                       string_member(one, "answer")});
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.server, a.tool, a.since, a.text) <
               std::tie(b.server, b.tool, b.since, b.text);
    });
    return out;
}

site::SiteOptions read_options(const SiteWords& words, Session& session) {
    site::SiteOptions options;
    if (words.tool_pages == "all") {
        options.tool_pages = site::ToolPages::all;
    } else if (words.tool_pages == "notable") {
        options.tool_pages = site::ToolPages::notable;
    } else {
        options.tool_pages = site::ToolPages::none;
    }
    options.twins = !words.no_twins;
    options.badges = !words.no_badges;
    options.packed = words.packed;
    options.private_export = words.everything;
    options.base_url = words.base_url;
    options.contact = words.contact;
    if (!options.base_url.empty()) {
        if (words.everything) {
            throw usage(
                "--private and --base-url exclude each other: what may name servers that "
                "are not public is not for search engines");
        }
        if (!options.base_url.starts_with("https://")) {
            throw usage("--base-url must begin with https://");
        }
        if (options.contact.empty()) {
            throw usage(
                "--base-url needs --contact: who is named on a public page must be able to "
                "object");
        }
        if (!options.base_url.ends_with('/')) options.base_url += '/';
    }
    options.rules_version = session.classifier().rules_version();
    options.disputes = read_disputes(words, session);
    return options;
}

std::vector<site::ChangeLine> read_changes(const engine::CatalogueView& view,
                                           const store::Catalogue& catalogue,
                                           const store::BulkReader& bulk) {
    constexpr std::size_t kMost = 2000;
    std::vector<site::ChangeLine> changes;
    for (std::uint32_t s = 0; s < view.servers.size(); ++s) {
        if (view.servers[s].key.listings < 2) continue;
        for (const engine::Moment& moment :
             engine::read_moments(catalogue, bulk, view.servers[s].key)) {
            for (const ToolDrift& drift : moment.drift.tools) {
                site::ChangeLine line;
                line.at = moment.at;
                line.server = s;
                line.tool = drift.tool;
                line.what = site::change_in_words(drift);
                line.rose = drift.before && drift.after && drift.after->risk > drift.before->risk;
                for (const FieldChange& field : drift.fields) {
                    if (field.words.empty()) continue;
                    line.field = field;
                    break;
                }
                changes.push_back(std::move(line));
            }
        }
    }
    std::sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
        return std::tie(b.at, a.server, a.tool) < std::tie(a.at, b.server, b.tool);
    });
    if (changes.size() > kMost) changes.resize(kMost);
    return changes;
}

// What each thread has for itself.
struct Connection {
    store::Catalogue catalogue;
    store::BulkReader bulk;
};

std::shared_ptr<Connection> connect(const fs::path& file, Session& session) {
    auto bulk = store::BulkReader::open(file);
    if (!bulk) throw CommandFailure(ExitCode::failed, bulk.error().message);
    return std::make_shared<Connection>(
        Connection{session.open_catalogue(store::OpenMode::read_only), std::move(*bulk)});
}

std::string sized(std::uint64_t bytes) {
    if (bytes >= 1'000'000'000) return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
    if (bytes >= 1'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
    return fmt::format("{:.0f} kB", static_cast<double>(bytes) / 1e3);
}

void announce(const site::Site& site, const SiteWords& words, Session& session) {
    const site::Estimate sum = site::estimate(site);
    session.note(fmt::format("{} and {}: about {} files, {}, with --tool-pages {}",
                             count_of(site.view->servers.size(), "server"),
                             count_of(site.view->tools.size(), "tool"),
                             sum.files,
                             sized(sum.bytes),
                             words.tool_pages));
    if (words.limit_files != 0 && sum.files > words.limit_files) {
        throw CommandFailure(ExitCode::failed,
                             fmt::format("about {} files are more than --limit-files {}: try "
                                         "--tool-pages notable or none, --no-twins, --no-badges",
                                         sum.files,
                                         words.limit_files));
    }
    if (words.limit_bytes != 0 && sum.bytes > words.limit_bytes) {
        throw CommandFailure(
            ExitCode::failed,
            fmt::format("about {} are more than --limit-bytes {}: try --tool-pages "
                        "notable or none, --no-twins",
                        sized(sum.bytes),
                        words.limit_bytes));
    }
}

void report(const site::ExportReport& done, const fs::path& directory, Session& session) {
    const std::string first = shown_path(directory / "index.html", session.environment());
    if (done.up_to_date) {
        session.note(fmt::format("nothing changed: {}", first));
        return;
    }
    session.note(fmt::format(
        "wrote {}, {} were the same already{}{}",
        count_of(done.written, "file"),
        done.same,
        done.skipped > 0 ? fmt::format(", {} unchanged", count_of(done.skipped, "server")) : "",
        done.forwarded > 0 ? fmt::format(", {} forwarded", count_of(done.forwarded, "old page"))
                           : ""));
    session.note(fmt::format("first page: {}", first));
}

}  // namespace

ExitCode run_site(const SiteWords& words, Session& session) {
    Environment& environment = session.environment();
    const auto loaded = site::load_templates(embedded::site(), words.templates);
    if (!loaded) throw CommandFailure(ExitCode::failed, loaded.error().message);
    site::ExportInput input;
    input.options = read_options(words, session);
    const fs::path file = session.catalogue_path();
    const auto own = connect(file, session);

    const engine::OptOuts opt_outs(words.opt_out.empty() ? std::string()
                                                         : read_whole(environment, words.opt_out));
    engine::CatalogueChoice choice;
    choice.everything = words.everything;
    choice.group_words = group_words();
    choice.opted_out = [&](std::string_view id, const std::vector<Alias>& aliases) {
        if (!opt_outs.covers(id, aliases)) return false;
        input.options.opted_out.emplace_back(id);
        return true;
    };
    std::string names =
        words.opt_out.empty() ? "" : sha256_hex(read_whole(environment, words.opt_out));
    for (const auto& [server, aliases] : own->bulk.aliases()) {
        for (const Alias& alias : aliases) names += server + ' ' + alias.kind + alias.value + '\n';
    }
    input.state =
        site::catalogue_state(own->bulk.server_keys(), names, input.options, program_text());
    const fs::path directory = environment.directory / words.folder;
    if (site::is_up_to_date(directory, input.state)) {
        site::ExportReport same;
        same.up_to_date = true;
        report(same, directory, session);
        return ExitCode::done;
    }

    const engine::CatalogueView view =
        engine::read_catalogue_view(own->catalogue, own->bulk, choice);
    for (const auto& [why, n] : view.left_out) {
        session.note(fmt::format(
            "left out: {}, {}{}",
            count_of(n, "server"),
            why,
            words.everything || !input.options.opted_out.empty() ? "" : " (--private takes all)"));
    }
    if (view.servers.empty()) {
        throw CommandFailure(ExitCode::failed,
                             "no server of the catalogue may be published: --private makes a site "
                             "for yourself");
    }
    for (const classifier::RuleInfo& rule : session.classifier().rules()) {
        input.rules.push_back({rule.id, rule.kind, rule.why, rule.says, rule.json});
    }
    input.view = &view;
    input.accuracy = site::read_accuracy(built_in("accuracy.json"));
    input.changes = read_changes(view, own->catalogue, own->bulk);
    announce(site::make_site(view, input.options, input.rules), words, session);

    // Rows are read once, in outline: what a thread asks for is one server's tools.
    std::map<std::string, store::ServerRow, std::less<>> rows;
    for (store::ServerRow& row : own->catalogue.servers()) {
        std::string id = row.id;
        rows.emplace(std::move(id), std::move(row));
    }
    std::mutex connecting;
    input.reader = [&]() -> site::ReadServer {
        const std::lock_guard lock(connecting);
        auto connection = connect(file, session);
        return [&, connection](std::uint32_t server) {
            const engine::ServerLine& line = view.servers[server];
            return engine::read_server_view(connection->catalogue,
                                            connection->bulk,
                                            rows.at(line.id),
                                            line.key,
                                            line.aliases,
                                            !words.everything);
        };
    };
    input.texts = [&](const site::TakeText& take) { engine::each_text(view, own->bulk, take); };
    input.threads = std::max(1U, std::min(8U, std::thread::hardware_concurrency()));
    std::mutex talking;
    std::size_t said = 0;
    input.progress = [&](std::size_t done, std::size_t all) {
        const std::size_t percent = done * 100 / std::max<std::size_t>(all, 1);
        const std::lock_guard lock(talking);
        if (all < 2000 || percent < said + 10) return;
        said = percent;
        session.note(fmt::format("{} of {} servers", done, all));
    };
    if (environment.watch_interrupts) environment.watch_interrupts();
    input.interrupted = environment.interrupted;

    Result<site::ExportReport> done = fail(ErrorCode::io, "");
    try {
        done = site::export_site(directory, input);
    } catch (const std::runtime_error& error) {
        throw CommandFailure(ExitCode::failed, error.what());
    }
    if (!done) throw CommandFailure(ExitCode::failed, done.error().message);
    if (done->interrupted) {
        session.warn("interrupted: the same command goes on where it stopped");
        return ExitCode::failed;
    }
    if (!words.changed_list.empty()) {
        std::string list;
        for (const std::string& path : done->changed) list += path + '\n';
        write_whole(environment.directory / words.changed_list, list);
    }
    report(*done, directory, session);
    return ExitCode::done;
}

}  // namespace mcprisk::cli
