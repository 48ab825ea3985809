// Changes to keys of tables inside a TOML file, leaving every other byte alone.
#pragma once

#include <cstddef>
#include <map>
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

    // With everything that was set.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const Table* find(const std::vector<std::string>& path) const;
    // The whole statement with its line feed, empty if the table has none of this key.
    [[nodiscard]] std::string_view statement(const Table& table, std::string_view key) const;

    // Replaces the statement of `key` by `line` (with line feed), or adds it behind the table's
    // last statement. Makes the table at the end of the file if there is none. find() and
    // statement() go on telling of the file as it was.
    void set(const std::vector<std::string>& path, std::string_view key, const std::string& line);

  private:
    struct Line {
        std::string key;
        std::string text;
        std::size_t end = 0;  // of what it takes the place of
    };
    struct NewTable {
        std::vector<std::string> path;
        std::vector<Line> lines;
    };

    void scan();
    std::string text_;
    std::vector<Table> tables_;
    std::map<std::vector<std::string>, std::size_t> index_;  // of tables_, the first of a path
    std::map<std::size_t, std::vector<Line>> edits_;         // by where they begin
    std::vector<NewTable> added_;
    std::map<std::vector<std::string>, std::size_t> added_index_;
};

// The texts between quotes in a statement, in order.
std::vector<std::string> quoted_texts(std::string_view statement);

}  // namespace mcprisk::policy
