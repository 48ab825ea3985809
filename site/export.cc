#include "site/export.h"

#include <fmt/format.h>
#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

#include "model/base/hash.h"
#include "site/address.h"
#include "site/folder.h"
#include "site/gzip.h"

namespace mcprisk::site {
namespace {

std::string options_text(const SiteOptions& options) {
    std::string text = fmt::format("{} {} {} {} {} {} {} {}\n",
                                   static_cast<int>(options.tool_pages),
                                   options.twins,
                                   options.badges,
                                   options.packed,
                                   options.private_export,
                                   options.base_url,
                                   options.contact,
                                   options.rules_version);
    return text + templates_hash();
}

std::string disputes_text(const SiteOptions& options) {
    std::string text;
    for (const auto& one : options.disputes) {
        for (const std::string* part :
             {&one.server, &one.tool, &one.since, &one.state, &one.text, &one.answer}) {
            text += *part + '\0';
        }
    }
    for (const std::string& id : options.opted_out) text += id + '\0';
    return text;
}

std::string fingerprint(const Site& site, std::uint32_t server, const std::string& settled) {
    const store::ServerKey& key = site.view->servers[server].key;
    std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
                                   key.id,
                                   key.content,
                                   key.rules_version,
                                   key.judged_at,
                                   key.outcome,
                                   key.last_changed,
                                   key.listings,
                                   key.described);
    // A server that never listed says when it was last asked; of others only the listing counts.
    if (key.content.empty()) text += std::to_string(key.last_seen / 86'400);
    for (const Alias& alias : site.view->servers[server].aliases) {
        text += "\n" + alias.kind + " " + alias.value;
    }
    text += "\n" + settled + peers_digest(site, server);
    return sha256_hex(text).substr(0, 24);
}

// What stands in the place of a page that is no longer made.
SiteFile forwarding(const Site& site, const std::string& path) {
    Page page;
    Frame frame;
    frame.path = path;
    frame.title = "No longer here";
    frame.summary = "This page is no longer made.";
    frame.index = false;
    set_frame(page, frame, *site.options);
    page.set("H1", "No longer here");
    std::string server_page = "servers/index.html";
    if (path.starts_with("t/")) {
        const std::string folder = path.substr(2, path.rfind('/') - 2);
        const auto found = std::find(site.server_slugs.begin(), site.server_slugs.end(), folder);
        if (found != site.server_slugs.end()) server_page = "s/" + folder + ".html";
    }
    page.add("LEAD").set("TEXT", "It is no longer listed, or has no page of its own any more.");
    const Section there = page.add("BLOCK").add("PARA").add("LINK");
    there.set("HREF", link(path, server_page));
    there.set("TEXT", server_page.starts_with("s/") ? "To its server" : "To all servers");
    return {path, page.render("page.html")};
}

class Run {
  public:
    Run(Folder& folder, const Site& site, const ExportInput& input)
        : folder_(folder), site_(site), input_(input), settled_(options_text(input.options)) {}

    void servers() {
        const unsigned threads = std::max(1U, input_.threads);
        std::vector<std::thread> workers;
        std::vector<std::exception_ptr> failures(threads);
        for (unsigned i = 0; i < threads; ++i) {
            workers.emplace_back([&, i] {
                try {
                    work();
                } catch (...) {
                    failures[i] = std::current_exception();
                    stop_ = true;
                }
            });
        }
        for (std::thread& worker : workers) worker.join();
        for (const std::exception_ptr& failure : failures) {
            if (failure) std::rethrow_exception(failure);
        }
    }

    // Writes files that are no server's.
    void rest(std::string_view name, const std::vector<SiteFile>& files) {
        folder_.done(name, "-", put_all(files));
    }

    std::size_t forward() {
        std::vector<std::string> kept;
        for (const std::string& path : folder_.left_over()) {
            if (path.ends_with(".html") && (path.starts_with("s/") || path.starts_with("t/"))) {
                folder_.put(forwarding(site_, path));
                kept.push_back(path);
            } else {
                folder_.remove(path);
            }
        }
        const std::size_t n = kept.size();
        folder_.done("-forwarding", "-", std::move(kept));
        return n;
    }

    [[nodiscard]] bool stopped() const { return stop_; }
    [[nodiscard]] std::size_t skipped() const { return skipped_; }

  private:
    std::vector<std::string> put_all(const std::vector<SiteFile>& files) {
        std::vector<std::string> paths;
        for (const SiteFile& file : files) {
            folder_.put(file);
            paths.push_back(file.path);
            if (!input_.options.packed || !is_worth_packing(file)) continue;
            SiteFile small{file.path + ".gz", gzip(file.bytes)};
            folder_.put(small);
            paths.push_back(std::move(small.path));
        }
        return paths;
    }

    void work() {
        ReadServer read;
        const std::size_t all = site_.view->servers.size();
        for (;;) {
            const std::size_t server = next_++;
            if (server >= all || stop_) return;
            one(static_cast<std::uint32_t>(server), read);
            const std::size_t done = ++done_;
            if (done % 64 == 0 && input_.interrupted && input_.interrupted()) stop_ = true;
            if (input_.progress) input_.progress(done, all);
        }
    }

    void one(std::uint32_t server, ReadServer& read) {
        const std::string& slug = site_.server_slugs[server];
        const std::string mark = fingerprint(site_, server, settled_);
        const Unit* before = folder_.before(slug);
        if (before != nullptr && before->fingerprint == mark) {
            ++skipped_;
            folder_.done(slug, mark, before->files);
            return;
        }
        if (!read) read = input_.reader();
        const engine::ServerView view = read(server);
        folder_.done(slug, mark, put_all(server_files(site_, server, view)));
    }

    Folder& folder_;
    const Site& site_;
    const ExportInput& input_;
    std::string settled_;
    std::atomic<std::size_t> next_{0};
    std::atomic<std::size_t> done_{0};
    std::atomic<std::size_t> skipped_{0};
    std::atomic<bool> stop_{false};
};

}  // namespace

Site make_site(const engine::CatalogueView& view,
               const SiteOptions& options,
               const std::vector<RuleText>& rules) {
    Site site;
    site.view = &view;
    site.options = &options;
    for (const engine::ServerLine& line : view.servers) {
        site.server_slugs.push_back(server_slug(line.id));
        std::vector<NamedTool> names;
        for (std::uint32_t t = line.first_tool; t < line.first_tool + line.tools; ++t) {
            names.push_back({view.tools[t].name, {}});
        }
        site.tool_slugs.push_back(tool_slugs(names));
    }
    for (const engine::Group& group : view.groups) site.group_slugs.push_back(word_slug(group.id));
    for (const RuleText& rule : rules) site.rule_ids.push_back(rule.id);
    std::sort(site.rule_ids.begin(), site.rule_ids.end());
    return site;
}

std::string catalogue_state(const std::vector<store::ServerKey>& keys,
                            std::string_view aliases,
                            const SiteOptions& options,
                            std::string_view program) {
    std::string text(program);
    text += options_text(options) + disputes_text(options) + std::string(aliases);
    for (const store::ServerKey& key : keys) {
        text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                            key.id,
                            key.content,
                            key.rules_version,
                            key.judged_at,
                            key.outcome,
                            key.last_changed,
                            key.last_seen / 86'400,
                            key.listings,
                            key.described);
    }
    return sha256_hex(text);
}

Result<ExportReport> export_site(const std::filesystem::path& directory, const ExportInput& input) {
    auto folder = Folder::open(directory, input.state);
    if (!folder) return fail(folder.error());
    ExportReport report;
    if (folder->up_to_date()) {
        report.up_to_date = true;
        return report;
    }
    const Site site = make_site(*input.view, input.options, input.rules);
    Run run(*folder, site, input);
    run.servers();
    report.skipped = run.skipped();
    if (run.stopped()) {
        report.interrupted = true;
        report.written = folder->written();
        return report;
    }
    run.rest("-overview", overview_files({&site, input.rules, input.accuracy, input.changes}));
    run.rest("-search", search_files(site, input.texts));
    report.forwarded = run.forward();
    folder->finish();
    report.written = folder->written();
    report.same = folder->same();
    report.bytes = folder->bytes();
    report.changed = folder->changed();
    return report;
}

}  // namespace mcprisk::site
