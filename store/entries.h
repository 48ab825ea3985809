// Entries of one package or URL (docs/cli.md, Identity), as the catalogue keeps them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "store/catalogue.h"

namespace mcprisk::store {

class Database;

// A connection of its own to the catalogue; not thread-safe. Functions throw DatabaseError.
class Entries {
  public:
    static Result<Entries> open(const std::filesystem::path& file, OpenMode mode);

    // Under which id the catalogue knows the entry `id` that is started as `origin` says: that id,
    // or, as long as the entry has no row of its own, the one of its group if that is of an older
    // catalogue and was last started as `origin` says.
    [[nodiscard]] std::string stored_id(std::string_view id, std::string_view origin) const;
    // The plain entry of a group, if there is one, and the others, in order of id.
    [[nodiscard]] std::vector<std::string> of_group(std::string_view group) const;
    // How configurations call servers, by id.
    [[nodiscard]] std::map<std::string, std::string, std::less<>> config_names() const;
    // Remembers how a configuration calls a server that was recorded. The last one counts.
    void call(std::string_view id, std::string_view config_name);

    Entries(Entries&&) noexcept;
    Entries& operator=(Entries&&) noexcept;
    ~Entries();

  private:
    explicit Entries(std::unique_ptr<Database> database);
    std::unique_ptr<Database> database_;
};

// The same within a transaction of the caller.
std::string stored_id(Database& database, std::string_view id, std::string_view origin);
std::vector<std::string> entries_of(Database& database, std::string_view group);
// Servers that a configuration calls so, in order of id.
std::vector<std::string> called(Database& database, std::string_view config_name);

}  // namespace mcprisk::store
