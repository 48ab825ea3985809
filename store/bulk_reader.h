// The whole catalogue in a few passes, for exports: what would cost one question a server or a tool
// elsewhere is read in one here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/alias.h"
#include "model/base/result.h"
#include "model/category.h"
#include "store/catalogue.h"

namespace mcprisk::store {

// What a server's pages depend on. Equal keys: nothing that is kept of the server has changed but
// for the attempts that gave the same again.
struct ServerKey {
    std::string id;
    std::string content;        // of the newest listing, hexadecimal; empty if it never listed
    std::string rules_version;  // of the verdicts that are shown
    std::int64_t judged_at = 0;
    std::string credential_class;  // of the attempt that listed
    std::string outcome;           // of the last attempt
    Timestamp last_listed = 0;     // 0: never
    Timestamp last_seen = 0;
    Timestamp last_changed = 0;  // when the newest listing was first seen
    std::size_t listings = 0;    // distinct contents
    std::string described;       // hash of title, description, source and version
};

// A tool in a few words. The views live until the visitor returns.
struct ToolLine {
    std::string_view server;
    std::string_view name;
    Category category = Category::read;
    RiskLevel risk = RiskLevel::low;
    double confidence = 0;
    bool judged = false;
    std::string_view effect;  // of the strongest evidence: "remove", "pay" …; may be empty
    std::vector<std::string_view> rules;  // of its evidence, in order; may repeat
    bool acts = false;  // some evidence that is no claim names an effect
    Timestamp changed_at = 0;
};

// A connection of its own, for one thread; several see the same state only if nobody writes
// meanwhile. Throws DatabaseError like Catalogue.
class BulkReader {
  public:
    static Result<BulkReader> open(const std::filesystem::path& file);
    BulkReader(BulkReader&&) noexcept;
    BulkReader& operator=(BulkReader&&) noexcept;
    ~BulkReader();

    [[nodiscard]] std::vector<ServerKey> server_keys() const;  // by id
    // By server, then name.
    void each_tool(const std::function<void(const ToolLine&)>& visit) const;
    // Words of verdicts that are shown: tag, server, tool. In no order.
    enum class Tag { capability, attack };
    void each_tag(Tag tag,
                  const std::function<void(std::string_view, std::string_view, std::string_view)>&
                      visit) const;
    // Findings of verdicts that are shown: id, severity, server, tool; one finding as often as it
    // was found. In no order.
    void each_finding(
        const std::function<void(std::string_view, RiskLevel, std::string_view, std::string_view)>&
            visit) const;
    // What is searched: server, tool, title, description. By server, then name.
    void each_text(
        const std::function<void(
            std::string_view, std::string_view, std::string_view, std::string_view)>& visit) const;
    [[nodiscard]] std::map<std::string, std::vector<Alias>, std::less<>> aliases() const;
    // When each listing of a server was first seen, oldest first.
    [[nodiscard]] std::vector<Timestamp> listing_times(std::string_view server) const;

  private:
    struct Impl;
    explicit BulkReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mcprisk::store
