// The folders of fetched packages: what was put in is what is taken out, and they do not grow
// without bound.
#pragma once

#include <cstdint>
#include <string>

namespace mcprisk::crawler {

// Hash over the names, kinds, contents and targets of links of everything in `directory`, whatever
// order it is read in; empty if something cannot be read. Follows no link.
std::string tree_hash(const std::string& directory);

// Writes the hash of `entry`, a directory or a link to one, beside it, where no package's code may
// write. False if that failed; the entry is then not used again.
bool seal_entry(const std::string& entry);

// Whether `entry` is there and what it was when it was sealed. One that is not is removed.
bool take_entry(const std::string& entry);

// Removes the entries of `folder` that were not used for the longest time until the rest is below
// `most` bytes. Never one that was used within the last hour, since somebody may be running it.
void bound_folder(const std::string& folder, std::uintmax_t most);

// Empties a folder of downloads (not of entries) once it is larger than `most` bytes.
void bound_downloads(const std::string& folder, std::uintmax_t most);

inline constexpr std::uintmax_t kMostFetched = std::uintmax_t{4} << 30;    // bytes a folder
inline constexpr std::uintmax_t kMostDownloads = std::uintmax_t{2} << 30;

}  // namespace mcprisk::crawler
