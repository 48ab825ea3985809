#include "crawler/start/package_text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ios>
#include <system_error>
#include <vector>

namespace mcprisk::crawler {

std::string read_package_file(const std::string& path, std::size_t most) {
    std::ifstream in(path, std::ios::binary);
    std::string text;
    if (!in) return text;
    text.resize(most);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

std::string program_text(const std::string& home) {
    namespace fs = std::filesystem;
    constexpr std::size_t kText = std::size_t{4} << 20;
    constexpr std::size_t kFiles = 300;
    std::vector<std::string> files;
    std::error_code error;
    const auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator at(home, options, error), end; at != end && !error;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name == "node_modules" || name == "test" || name == "tests") {
            at.disable_recursion_pending();
        } else if (name.ends_with(".js") || name.ends_with(".mjs") || name.ends_with(".cjs")) {
            if (at->is_regular_file(error)) files.push_back(at->path().string());
        }
        if (files.size() == kFiles) break;
    }
    std::sort(files.begin(), files.end());
    std::string text;
    for (const std::string& file : files) {
        if (text.size() >= kText) break;
        text += read_package_file(file, kText - text.size());
    }
    return text;
}

}  // namespace mcprisk::crawler
