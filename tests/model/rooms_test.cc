// Holds the walls of the house: who may include whom, and where third-party headers may stand.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "build_places.h"

namespace fs = std::filesystem;

namespace {

const std::map<std::string, std::set<std::string>> kMayInclude{
    {"model", {"model"}},
    {"crawler", {"crawler", "model"}},
    {"classifier", {"classifier", "model"}},
    {"store", {"store", "model"}},
    {"policy", {"policy", "model"}},
    {"engine", {"engine", "crawler", "classifier", "store", "policy", "model"}},
    {"site", {"site", "engine", "model"}},
    {"cli", {"cli", "engine", "site", "crawler", "classifier", "store", "policy", "model"}},
};

// Prefix of a header, and the only rooms that may name it.
const std::map<std::string, std::set<std::string>> kItsRooms{
    {"curl/", {"crawler"}},
    {"yaml-cpp/", {"crawler"}},
    {"toml++/", {"crawler"}},
    {"sqlite3.h", {"store"}},
    {"re2/", {"model"}},
    {"openssl/", {"crawler", "model"}},
    {"simdjson.h", {"model"}},
    {"CLI/", {"cli"}},
    {"ctemplate/", {"site"}},
};

struct Include {
    std::string room;
    std::string file;
    std::string header;
};

// The path between quotes or angle brackets; empty if the line is no include.
std::string included(const std::string& line) {
    if (!line.starts_with("#include")) return {};
    const auto open = line.find_first_of("\"<");
    const auto close = line.find_first_of("\">", open + 1);
    if (open == std::string::npos || close == std::string::npos) return {};
    return line.substr(open + 1, close - open - 1);
}

std::vector<Include> all_includes() {
    std::vector<Include> includes;
    for (const auto& [room, allowed] : kMayInclude) {
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(MCPRISK_SOURCE_DIR) / room)) {
            const std::string extension = entry.path().extension();
            if (extension != ".h" && extension != ".cc") continue;
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);) {
                const std::string header = included(line);
                if (!header.empty()) {
                    includes.push_back(
                        {room, room + "/" + entry.path().filename().string(), header});
                }
            }
        }
    }
    return includes;
}

// What a source defines in its unnamed namespace, as far as lines that begin in the first column
// tell.
std::set<std::string> unnamed_names(const fs::path& file) {
    static const std::regex kType("(?:struct|class|enum class|enum) ([A-Za-z_]\\w*).*");
    static const std::regex kOther(
        "[A-Za-z_][\\w:<>, &*]*[\\w>&*] [&*]?([A-Za-z_]\\w*) ?[(={;\\[].*");
    std::set<std::string> names;
    bool inside = false;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line == "namespace {") inside = true;
        if (line == "}  // namespace") inside = false;
        if (!inside || line.starts_with("namespace") || line.starts_with("using")) continue;
        std::smatch found;
        if (std::regex_match(line, found, kType) || std::regex_match(line, found, kOther)) {
            names.insert(found[1]);
        }
    }
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rooms)

BOOST_AUTO_TEST_CASE(rooms_include_only_what_they_may) {
    const auto includes = all_includes();
    BOOST_TEST(includes.size() > 100U);
    for (const Include& include : includes) {
        const std::string top = include.header.substr(0, include.header.find('/'));
        if (kMayInclude.contains(top) && include.header.find('/') != std::string::npos) {
            BOOST_TEST(kMayInclude.at(include.room).contains(top),
                       include.file << " includes " << include.header);
        }
    }
}

BOOST_AUTO_TEST_CASE(third_party_headers_stay_in_their_room) {
    for (const Include& include : all_includes()) {
        for (const auto& [prefix, rooms] : kItsRooms) {
            if (include.header.starts_with(prefix)) {
                BOOST_TEST(rooms.contains(include.room),
                           include.file << " includes " << include.header);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(some_libraries_stand_in_one_file_each) {
    std::map<std::string, std::set<std::string>> files;
    for (const Include& include : all_includes()) {
        for (const char* one : {"sqlite3.h", "simdjson.h", "ctemplate/template.h"}) {
            if (include.header == one) files[one].insert(include.file);
        }
        if (include.header.starts_with("re2/")) files["re2"].insert(include.file);
    }
    BOOST_TEST(files.size() == 4U);
    for (const auto& [header, users] : files) BOOST_TEST(users.size() == 1U, header);
}

// Sources of a folder may be compiled as one (MCPRISK_TOGETHER): what two of them call alike in
// their unnamed namespaces would clash.
BOOST_AUTO_TEST_CASE(names_in_unnamed_namespaces_differ_within_a_folder) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> files;
    for (const auto& [room, allowed] : kMayInclude) {
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(MCPRISK_SOURCE_DIR) / room)) {
            if (entry.path().extension() != ".cc") continue;
            // A target a file, compiled one by one (policy/CMakeLists.txt).
            if (entry.path().parent_path().filename() == "targets") continue;
            for (const std::string& name : unnamed_names(entry.path())) {
                files[{entry.path().parent_path().string(), name}].insert(
                    entry.path().filename().string());
            }
        }
    }
    BOOST_TEST(files.size() > 500U);
    for (const auto& [key, users] : files) {
        BOOST_TEST(users.size() == 1U,
                   key.first << ": " << key.second << " stands in " << *users.begin() << " and in "
                             << *users.rbegin());
    }
}

BOOST_AUTO_TEST_SUITE_END()
