// The files and the folder that made-up settings name.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "crawler/process/temporary_directory.h"
#include "crawler/start/placeholder.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// A directory of our own with an empty folder, and files that hold what such files mostly hold: an
// OAuth client without a secret, a kubeconfig without a cluster, an empty OpenAPI description. It
// goes with its owner. Servers see it and may not write into it.
class PlaceholderFiles {
  public:
    static Result<PlaceholderFiles> make();

    // What a server misses by path or name where it says so: paths below our directory, and below
    // the home that a sandbox has, which are made below our own home (sandbox_home()) instead.
    // Whether anything is there now that was not. `said` is anybody's text; at most 16 are made.
    bool make_wanted(std::string_view said);
    // A home directory with what was wanted in one; empty if nothing was.
    [[nodiscard]] const std::string& sandbox_home() const { return home_; }
    // Names of what was made on demand, in order of name.
    [[nodiscard]] const std::set<std::string>& made() const { return made_; }

    [[nodiscard]] const std::string& directory() const { return directory_.path(); }
    // A value as a server gets it: paths made absolute.
    [[nodiscard]] std::string value(Shape shape,
                                    std::string_view name,
                                    std::string_view context = {}) const;

  private:
    bool make_one(const std::string& path);

    TemporaryDirectory directory_;
    std::string home_;
    std::set<std::string> made_;
};

}  // namespace mcprisk::crawler
