// The files and the folder that made-up settings name.
#pragma once

#include <string>
#include <string_view>

#include "crawler/process/temporary_directory.h"
#include "crawler/start/placeholder.h"
#include "model/base/result.h"

namespace mcprisk::crawler {

// A directory of our own with an empty folder, and files that hold what such files mostly hold: an
// OAuth client without a secret, a kubeconfig without a cluster, an empty OpenAPI description. It
// goes with its owner. Servers may write into it.
class PlaceholderFiles {
  public:
    static Result<PlaceholderFiles> make();

    [[nodiscard]] const std::string& directory() const { return directory_.path(); }
    // A value as a server gets it: paths made absolute.
    [[nodiscard]] std::string value(Shape shape, std::string_view name) const;

  private:
    TemporaryDirectory directory_;
};

}  // namespace mcprisk::crawler
