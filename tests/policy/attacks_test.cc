// The texts of documented attacks under data/attacks.
#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "build_places.h"
#include "model/base/json.h"
#include "model/base/regex.h"
#include "model/base/text.h"
#include "model/category.h"

namespace {

using namespace mcprisk;
using nlohmann::json;
namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

std::vector<std::string> attack_files() {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(MCPRISK_SOURCE_DIR "/data/attacks")) {
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
    return files;
}

json read_attack(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto value = parse_json(text);
    BOOST_REQUIRE_MESSAGE(value.has_value(), file);
    return *value;
}

void require_texts(const json& list, std::size_t least, std::size_t most) {
    BOOST_REQUIRE(list.is_array());
    BOOST_TEST(list.size() >= least);
    BOOST_TEST(list.size() <= most);
    for (const json& text : list) {
        BOOST_REQUIRE(text.is_string());
        BOOST_TEST(!trim(text.get_ref<const std::string&>()).empty());
    }
}

bool is_sentence(const json& value) {
    const auto& text = value.get_ref<const std::string&>();
    return text.size() > 10 && text.ends_with('.') && printable(text) == text;
}

bool fits(const char* pattern, const json& value) {
    return value.is_string() &&
           Regex::compile(pattern, true)->matches(value.get_ref<const std::string&>());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attacks)

BOOST_AUTO_TEST_CASE(there_are_attacks) { BOOST_TEST(attack_files().size() == 73); }

BOOST_DATA_TEST_CASE(a_file_is_complete_and_well_formed, data::make(attack_files()), file) {
    const json attack = read_attack(file);
    const std::set<std::string> expected{"id",
                                         "title",
                                         "kind",
                                         "year",
                                         "scope",
                                         "link_when",
                                         "detectable",
                                         "categories",
                                         "summary",
                                         "how_it_works",
                                         "impact",
                                         "defence",
                                         "mappings",
                                         "cves",
                                         "references"};
    std::set<std::string> keys;
    for (const auto& [key, value] : attack.items()) keys.insert(key);
    BOOST_REQUIRE(keys == expected);

    BOOST_TEST(attack["id"] == fs::path(file).stem().string());
    BOOST_TEST(attack["title"].get<std::string>().size() > 5);
    BOOST_TEST(!attack["kind"].get<std::string>().empty());
    BOOST_TEST(attack["year"].get<int>() >= 2020);
    const std::set<std::string> scopes{"tool", "server", "session"};
    BOOST_TEST(scopes.contains(attack["scope"].get<std::string>()));
    const std::set<std::string> detectable{
        "full", "partial", "partial (needs history)", "config only", "no"};
    BOOST_TEST(detectable.contains(attack["detectable"].get<std::string>()));

    require_texts(attack["link_when"], 1, 20);
    BOOST_TEST(!attack["categories"].empty());
    for (const json& category : attack["categories"]) {
        const auto known = parse_category(category.get<std::string>());
        BOOST_REQUIRE(known.has_value());
        BOOST_TEST(to_string(*known) == category.get<std::string>());
    }

    require_texts(attack["how_it_works"], 2, 5);
    require_texts(attack["defence"], 2, 4);
    BOOST_TEST(is_sentence(attack["summary"]));
    BOOST_TEST(is_sentence(attack["impact"]));
    for (const json& step : attack["how_it_works"]) BOOST_TEST(is_sentence(step));
    for (const json& advice : attack["defence"]) BOOST_TEST(is_sentence(advice));

    for (const auto& [framework, ids] : attack["mappings"].items()) require_texts(ids, 0, 20);
    for (const json& cve : attack["cves"]) BOOST_TEST(fits("^CVE-20[0-9]{2}-[0-9]{4,}$", cve));
    BOOST_TEST(!attack["references"].empty());
    for (const json& url : attack["references"]) {
        BOOST_TEST_INFO(url);
        BOOST_TEST(fits("^https://[a-z0-9.-]+\\.[a-z]{2,}(/[^ ]*)?$", url));
    }
}

BOOST_AUTO_TEST_CASE(no_two_attacks_share_a_text) {
    std::map<std::string, std::string> seen;
    for (const std::string& file : attack_files()) {
        const json attack = read_attack(file);
        for (const char* key : {"title", "summary", "impact"}) {
            const auto text = attack[key].get<std::string>();
            const auto [first, fresh] = seen.try_emplace(text, file);
            BOOST_TEST_INFO(first->second << " and " << file << ": " << text);
            BOOST_TEST(fresh);
        }
        std::set<std::string> own;
        for (const char* key : {"how_it_works", "defence"}) {
            for (const json& text : attack[key]) {
                BOOST_TEST(own.insert(text.get<std::string>()).second);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
