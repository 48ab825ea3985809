// The one exception of the store: the command cannot go on.
#pragma once

#include <stdexcept>

namespace mcprisk::store {

// what() names the operation, SQLite's message and the file.
class DatabaseError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace mcprisk::store
