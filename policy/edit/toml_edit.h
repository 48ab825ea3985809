// Changes to keys of tables inside a TOML file, leaving every other byte alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcprisk::policy {

// A text of valid TOML, cut into its tables and statements. Positions are bytes.
class TomlText {
  public:
    explicit TomlText(std::string text);

    struct Statement {
        std::string key;  // as written; only plain keys can be looked up
        std::size_t begin = 0;
        std::size_t end = 0;  // behind the line feed of its last line
    };
    struct Table {
        std::vector<std::string> path;  // empty for what stands before the first header
        bool of_array = false;          // [[…]]
        std::size_t begin = 0;
        std::size_t body = 0;  // behind the header's line
        std::vector<Statement> statements;
    };

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const Table* find(const std::vector<std::string>& path) const;
    // The whole statement with its line feed, empty if the table has none of this key.
    [[nodiscard]] std::string_view statement(const Table& table, std::string_view key) const;

    // Replaces the statement of `key` by `line` (with line feed), or adds it behind the table's
    // last statement. Makes the table at the end of the file if there is none.
    void set(const std::vector<std::string>& path, std::string_view key, const std::string& line);

  private:
    void scan();
    std::string text_;
    std::vector<Table> tables_;
};

// The texts between quotes in a statement, in order.
std::vector<std::string> quoted_texts(std::string_view statement);

}  // namespace mcprisk::policy
