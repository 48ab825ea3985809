#include "store/entries.h"

#include <chrono>

#include "model/base/entry_id.h"
#include "store/open_database.h"
#include "store/sqlite.h"
#include "store/without_secrets.h"

namespace mcprisk::store {
namespace {

constexpr std::chrono::seconds kEntriesBusy{10};

std::vector<std::string> names(Run& run) {
    std::vector<std::string> found;
    while (run.step()) found.emplace_back(run.text(0));
    return found;
}

}  // namespace

Entries::Entries(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Entries::Entries(Entries&&) noexcept = default;
Entries& Entries::operator=(Entries&&) noexcept = default;
Entries::~Entries() = default;

Result<Entries> Entries::open(const std::filesystem::path& file, OpenMode mode) {
    auto database = open_database(file, mode, kEntriesBusy);
    if (!database) return fail(database.error());
    return Entries(std::make_unique<Database>(std::move(*database)));
}

std::string Entries::stored_id(std::string_view id, std::string_view origin) const {
    return store::stored_id(*database_, id, origin);
}

std::vector<std::string> Entries::of_group(std::string_view group) const {
    return entries_of(*database_, group);
}

std::map<std::string, std::string, std::less<>> Entries::config_names() const {
    std::map<std::string, std::string, std::less<>> found;
    Run run(database_->statement("SELECT name, config_name FROM servers WHERE config_name <> ''"));
    while (run.step()) found.emplace(run.text(0), run.text(1));
    return found;
}

void Entries::call(std::string_view id, std::string_view config_name) {
    const std::string name = id_without_secrets(id);
    const std::string how = without_secrets(config_name);
    Run run(database_->statement(
        "UPDATE servers SET config_name = ?2 WHERE name = ?1 AND config_name <> ?2"));
    run.bind(name).bind(how).exec();
}

std::string stored_id(Database& database, std::string_view id, std::string_view origin) {
    const std::string name = id_without_secrets(id);
    const std::string group(group_of(name));
    const std::string how = without_secrets(origin);
    if (group == name || how.empty()) return name;
    {
        Run run(database.statement("SELECT 1 FROM servers WHERE name = ?"));
        run.bind(name);
        if (run.step()) return name;
    }
    Run run(database.statement(
        "SELECT 1 FROM servers WHERE name = ? AND entry_known = 0 AND origin = ?"));
    run.bind(group).bind(how);
    return run.step() ? group : name;
}

std::vector<std::string> entries_of(Database& database, std::string_view group) {
    // '$' is the character after '#'.
    const std::string first = std::string(group) + "#";
    const std::string behind = std::string(group) + "$";
    Run run(database.statement(
        "SELECT name FROM servers WHERE name = ?1 OR (name > ?2 AND name < ?3) ORDER BY name"));
    run.bind(group).bind(first).bind(behind);
    std::vector<std::string> found = names(run);
    std::erase_if(found, [&](const std::string& id) { return group_of(id) != group; });
    return found;
}

std::vector<std::string> called(Database& database, std::string_view config_name) {
    Run run(database.statement(
        "SELECT name FROM servers WHERE config_name = ? AND config_name <> '' ORDER BY name"));
    run.bind(config_name);
    return names(run);
}

}  // namespace mcprisk::store
