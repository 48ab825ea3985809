// A second look at text that should have come without credentials.
#pragma once

#include <string>
#include <string_view>

namespace mcprisk::store {

// "https://user:pw@host/x" becomes "https://host/x", for every URL within `text`; a text that is
// one http or https URL also loses query and fragment. Invalid UTF-8 is mended.
std::string without_secrets(std::string_view text);

// The same for the id of a server, whose mark (model/base/entry_id.h) stays.
std::string id_without_secrets(std::string_view id);

}  // namespace mcprisk::store
