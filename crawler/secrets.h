// What we know to be secret of one server, found again in whatever that server says.
//
// A server gets credentials from us: header values, variables, arguments, the user info and query
// of its URL. One that repeats them must not carry them into a listing, the catalogue or a message.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/target.h"
#include "model/listing.h"

namespace mcprisk::crawler {

// Shorter values are in ordinary words and stay.
inline constexpr std::size_t kShortestSecret = 4;

// Values, not views; immutable once filled, then safe to share between threads.
//
// Found are: the value itself in any case of letters, its percent-encoded, JSON-escaped, HTML- and
// hexadecimal form, its base64 and base64url form also in the middle of something longer, and those
// forms of each other twice over. Values under eight signs count only as words of their own. Of a
// value that is one run of random signs its first half is enough, since texts are cut.
class KnownSecrets {
  public:
    KnownSecrets() = default;
    // Everything secret that `target` is started or asked with.
    explicit KnownSecrets(const Target& target);

    // A value that is secret for certain, with its parts: "Bearer abc", "a=b; c=d", "user:pw".
    void add(std::string_view value);
    // A variable, option or header: secret by its name, or because the value is no ordinary word,
    // number, path, date or address.
    void add_setting(std::string_view name, std::string_view value);
    // User info, values of the query, and the fragment. The path is part of the server's name.
    void add_url(std::string_view url);
    // Of the path only what is a key by its form.
    void add_path(std::string_view url);

    [[nodiscard]] bool empty() const { return needles_.empty(); }

    [[nodiscard]] std::string hide(std::string_view text) const;
    // All texts, keys and numbers of a value. Whether anything was hidden.
    bool hide_in(nlohmann::json& value) const;
    // Everything of a listing that a server, or a message about it, could have put them in. Tools
    // are read anew from what remains of their definitions.
    void hide_in(Listing& listing) const;

  private:
    enum class Kind { word, text, start, encoded };
    struct Needle {
        std::string text;  // in lower case, but for Kind::encoded
        Kind kind = Kind::text;
    };
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    void add_whole(std::string_view value);
    void add_needle(std::string text, Kind kind);
    void add_arguments(const StdioTarget& stdio, const std::vector<std::string>& as_written);
    [[nodiscard]] std::vector<Range> find(std::string_view text) const;
    void hide_json_text(std::string& json) const;

    std::vector<Needle> needles_;
};

}  // namespace mcprisk::crawler
