// Pages from templates. ctemplate parses the HTML of a template once and gives each value the
// escaping of its place; its header is included in template.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/base/embedded.h"
#include "model/base/result.h"

namespace ctemplate {
class TemplateDictionary;
}

namespace mcprisk::site {

// Loads the templates (data/site/*.html): files of `folder` take the place of built-in ones of the
// same name. Process-wide, once: the library keeps one cache. Every template must begin with its
// AUTOESCAPE line; fails naming the first that does not or cannot be parsed.
Result<void> load_templates(std::span<const EmbeddedFile> built_in, std::string_view folder);

// Hash over the templates that are loaded.
const std::string& templates_hash();

// The values of one page or of one section of it. A section sees the values around it. Cheap to
// copy; valid as long as the Page it came from.
class Section {
  public:
    // Whoever wrote it: control, bidirectional, zero-width and tag signs become visible escapes,
    // line ends stay. The template then escapes for the place.
    void set(std::string_view name, std::string_view value) const;
    void set(std::string_view name, std::size_t value) const;
    void set_number(std::string_view name, double value) const;  // two decimals at most
    // JSON for a script block, as ready_json() made it: the one value that is not escaped again.
    void set_ready_json(std::string_view name, std::string_view json) const;
    // Shows a part of the template; once for each call.
    [[nodiscard]] Section add(std::string_view name) const;
    void show(std::string_view name) const { (void)add(name); }

    explicit Section(ctemplate::TemplateDictionary* dictionary) : dictionary_(dictionary) {}

  protected:
    ctemplate::TemplateDictionary* dictionary_;  // not owned
};

class Page : public Section {
  public:
    Page();
    ~Page();
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    // What every page begins and ends with; they see none of the page's own values.
    [[nodiscard]] Section head() const;
    [[nodiscard]] Section foot() const;

    // Throws std::logic_error for a template that is not loaded.
    [[nodiscard]] std::string render(std::string_view name) const;

  private:
    ctemplate::TemplateDictionary* head_;  // owned by the dictionary
    ctemplate::TemplateDictionary* foot_;
};

// JSON with <, >, & and every sign that a reader does not see as \u escapes.
std::string ready_json(std::string_view json);

// printable_block(), and of combining marks at most eight on one sign.
std::string visible(std::string_view text);

}  // namespace mcprisk::site
