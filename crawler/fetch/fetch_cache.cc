#include "crawler/fetch/fetch_cache.h"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "model/base/hash.h"

namespace mcprisk::crawler {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSeal = ".seal";

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::uintmax_t size_of(const fs::path& directory) {
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        std::error_code none;
        if (at->is_regular_file(none) && !at->is_symlink(none)) bytes += at->file_size(none);
    }
    return bytes;
}

// The directory that an entry is or leads to.
fs::path real_of(const fs::path& entry) {
    std::error_code error;
    const fs::path real = fs::canonical(entry, error);
    return error ? entry : real;
}

void remove_entry(const fs::path& entry) {
    std::error_code error;
    const fs::path real = real_of(entry);
    fs::remove(entry.string() + std::string(kSeal), error);
    if (fs::is_symlink(entry, error)) fs::remove(entry, error);
    // Never out of the folder: a link may lead anywhere.
    if (real.parent_path() == real_of(entry.parent_path())) fs::remove_all(real, error);
}

}  // namespace

std::string tree_hash(const std::string& directory) {
    std::vector<std::string> lines;
    const fs::path root = real_of(directory);
    std::error_code error;
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().lexically_relative(root).generic_string();
        std::error_code none;
        if (at->is_symlink(none)) {
            lines.push_back("l " + name + std::string(1, '\0') + fs::read_symlink(at->path(), none).string());
        } else if (at->is_regular_file(none)) {
            const bool runs =
                (at->status(none).permissions() & fs::perms::owner_exec) != fs::perms::none;
            lines.push_back((runs ? "x " : "f ") + name + std::string(1, '\0') +
                            sha256_hex(read_file(at->path())));
        } else if (at->is_directory(none)) {
            lines.push_back("d " + name);
        } else {
            lines.push_back("? " + name);
        }
    }
    if (error) return {};
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line + std::string(1, '\0');
    return sha256_hex(all);
}

bool seal_entry(const std::string& entry) {
    const std::string hash = tree_hash(entry);
    if (hash.empty()) return false;
    std::ofstream out(entry + std::string(kSeal), std::ios::binary | std::ios::trunc);
    out << hash << '\n';
    out.close();
    return out.good();
}

bool take_entry(const std::string& entry) {
    std::error_code error;
    if (!fs::exists(entry, error)) {
        if (fs::is_symlink(entry, error)) remove_entry(entry);
        return false;
    }
    const std::string seal = read_file(entry + std::string(kSeal));
    if (!seal.empty() && seal == tree_hash(entry) + '\n') {
        fs::last_write_time(entry + std::string(kSeal), fs::file_time_type::clock::now(), error);
        return true;
    }
    remove_entry(entry);
    return false;
}

void bound_folder(const std::string& folder, std::uintmax_t most) {
    struct Entry {
        fs::file_time_type used;
        fs::path path;
        std::uintmax_t bytes = 0;
    };
    std::vector<Entry> entries;
    std::uintmax_t total = 0;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(folder, error)) {
        const std::string name = file.path().string();
        if (!name.ends_with(kSeal)) continue;
        Entry entry{fs::last_write_time(file.path(), error),
                    name.substr(0, name.size() - kSeal.size())};
        entry.bytes = size_of(real_of(entry.path));
        total += entry.bytes;
        entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.used, a.path) < std::pair(b.used, b.path);
    });
    const auto hour_ago = fs::file_time_type::clock::now() - std::chrono::hours{1};
    for (const Entry& entry : entries) {
        if (total <= most || entry.used > hour_ago) return;
        remove_entry(entry.path);
        total -= entry.bytes;
    }
}

void bound_downloads(const std::string& folder, std::uintmax_t most) {
    if (size_of(folder) <= most) return;
    std::error_code error;
    // Moved away first, so that whoever reads there now sees it whole or not at all.
    const fs::path away = folder + ".old";
    fs::remove_all(away, error);
    fs::rename(folder, away, error);
    if (!error) fs::remove_all(away, error);
}

}  // namespace mcprisk::crawler
