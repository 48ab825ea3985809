// A server as JSON output gives it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/listing.h"
#include "store/catalogue.h"

namespace mcprisk::engine {

// From the catalogue. Every field always present, null for none.
nlohmann::json server_json(const store::ServerRow& server);

// From a listing just had, failures included.
nlohmann::json server_json(const Listing& listing);

}  // namespace mcprisk::engine
