#include "store/migrations.h"

#include <fmt/format.h>
#include <charconv>
#include <stdexcept>

namespace mcprisk::store {
namespace {

// "mcpr", as 0001_tables.sql writes it.
constexpr std::int64_t kApplicationId = 0x6d637072;

std::int64_t number(Database& database, std::string_view sql) {
    Run run(database.statement(sql));
    return run.step() ? run.integer(0) : 0;
}

int number_of(const EmbeddedFile& migration) {
    int value = 0;
    const char* begin = migration.name.data();
    std::from_chars(begin, begin + migration.name.size(), value);
    return value;
}

}  // namespace

SchemaState read_schema_state(Database& database) {
    SchemaState state;
    state.empty = number(database, "SELECT count(*) FROM sqlite_schema") == 0;
    state.ours = number(database, "PRAGMA application_id") == kApplicationId;
    state.version = static_cast<int>(number(database, "PRAGMA user_version"));
    return state;
}

int newest_version(std::span<const EmbeddedFile> migrations) {
    return static_cast<int>(migrations.size());
}

void migrate(Database& database, std::span<const EmbeddedFile> migrations) {
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        const int version = static_cast<int>(i) + 1;
        if (number_of(migrations[i]) != version) {
            throw std::logic_error(fmt::format(
                "migration {} does not lead to version {}", migrations[i].name, version));
        }
        if (read_schema_state(database).version >= version) continue;
        Transaction transaction(database, Transaction::Kind::write);
        // Another process may have done it while this one waited for the lock.
        if (read_schema_state(database).version >= version) continue;
        database.execute(fmt::format("bringing the catalogue to schema version {}", version),
                         std::string(migrations[i].text));
        database.execute("storing the schema version",
                         fmt::format("PRAGMA user_version = {}", version));
        transaction.commit();
    }
}

}  // namespace mcprisk::store
