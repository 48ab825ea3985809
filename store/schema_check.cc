#include "store/schema_check.h"

#include <fmt/format.h>
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "model/base/text.h"

namespace mcprisk::store {
namespace {

using Schema = std::map<std::pair<std::string, std::string>, std::string>;  // type, name: SQL

// Without comments, blanks, quotes and case: SQLite keeps the text of each statement as it was
// given, and its versions write the same table a little differently.
std::string bare(std::string_view sql) {
    constexpr std::string_view kDropped = " \t\r\n\"'`[]";
    std::string out;
    bool in_text = false;
    for (std::size_t at = 0; at < sql.size(); ++at) {
        if (sql[at] == '\'') in_text = !in_text;
        if (!in_text && sql.substr(at).starts_with("--")) {
            at = std::min(sql.find('\n', at), sql.size());
            continue;
        }
        if (kDropped.find(sql[at]) == std::string_view::npos) out += lower_ascii(sql[at]);
    }
    return out;
}

Schema schema_of(Database& database) {
    Schema schema;
    Run run(database.statement("SELECT type, name, tbl_name, sql FROM sqlite_schema"));
    while (run.step()) {
        const std::string name(run.text(1));
        if (name.starts_with("sqlite_stat") && run.text(0) == "table") continue;
        schema[{std::string(run.text(0)), name}] =
            std::string(run.text(2)) + "\n" + bare(run.optional_text(3).value_or(""));
    }
    return schema;
}

}  // namespace

Result<void> expect_own_schema(Database& database,
                               std::span<const EmbeddedFile> migrations,
                               int version) {
    Database model = Database::in_memory();
    for (const EmbeddedFile& migration : migrations.first(static_cast<std::size_t>(version))) {
        model.execute("making the tables to compare with", std::string(migration.text));
    }
    const Schema ours = schema_of(model);
    const Schema theirs = schema_of(database);
    for (const auto& [key, sql] : theirs) {
        const auto known = ours.find(key);
        if (known == ours.end()) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("it has a {} {} that mcprisk never makes",
                                    key.first,
                                    printable(truncate_utf8(key.second, 80))));
        }
        if (known->second != sql) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("its {} {} is not the one that mcprisk makes",
                                    key.first,
                                    printable(truncate_utf8(key.second, 80))));
        }
    }
    for (const auto& [key, sql] : ours) {
        if (theirs.contains(key)) continue;
        return fail(ErrorCode::invalid_input,
                    fmt::format("its {} {} is missing", key.first, key.second));
    }
    return {};
}

}  // namespace mcprisk::store
