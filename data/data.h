// What is built into the program from the folders beside this file.
#pragma once

#include <span>

#include "model/base/embedded.h"

namespace mcprisk::embedded {

// Each sorted by file name; names are relative to the folder.
std::span<const EmbeddedFile> rules();
std::span<const EmbeddedFile> attacks();
std::span<const EmbeddedFile> schemas();
std::span<const EmbeddedFile> guard();    // what guard knows of clients
std::span<const EmbeddedFile> hardening();  // and of packages
std::span<const EmbeddedFile> demo();
std::span<const EmbeddedFile> weights();  // of the classifier
std::span<const EmbeddedFile> site();     // templates and assets of the website
std::span<const EmbeddedFile> cards();    // pictures of grades, PNG

}  // namespace mcprisk::embedded
